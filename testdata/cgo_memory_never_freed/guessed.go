package neverfreed

/*
#define UNSEEN __attribute__((weak))

typedef struct bell bell;
typedef struct horn horn;

UNSEEN bell *bell_open(int tone);
UNSEEN int bell_ring(bell *b);
UNSEEN void bell_close(bell *b);

UNSEEN horn *horn_open(int tone);
UNSEEN int horn_blow(horn *h);
UNSEEN void horn_close(horn *h);
*/
import "C"

type tower struct {
	bell *C.bell
}

func newTower(tone int) *tower {
	return &tower{bell: C.bell_open(C.int(tone))}
}

func (t *tower) stop() {
	C.bell_close(t.bell)
}

// The package releases bells, so this one is forgotten.
func badRung(tone int) int {
	b := C.bell_open(C.int(tone)) // want "GM101"
	if b == nil {
		return 0
	}
	return int(C.bell_ring(b))
}

// Only the names say that a horn is ours: the package never closes one.
func okBlown(tone int) int {
	h := C.horn_open(C.int(tone))
	if h == nil {
		return 0
	}
	return int(C.horn_blow(h))
}
