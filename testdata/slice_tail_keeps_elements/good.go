package slicetail

import (
	"slices"
	"strings"
)

type keeper struct {
	conns   []*conn
	ids     []int
	names   []string
	pending []*conn
	stack   []*conn
	cursor  []*conn
	slab    []conn
}

func (k *keeper) add(c *conn) {
	k.conns = append(k.conns, c)
	k.pending = append(k.pending, c)
	k.stack = append(k.stack, c)
}

func (k *keeper) remove(i int) { k.conns = slices.Delete(k.conns, i, i+1) }

// Numbers and strings keep nothing big.
func (k *keeper) removeSmall(i int) {
	k.ids = append(k.ids[:i], k.ids[i+1:]...)
	k.names = append(k.names[:i], k.names[i+1:]...)
}

func (k *keeper) clearTail(i int) {
	copy(k.conns[i:], k.conns[i+1:])
	k.conns[len(k.conns)-1] = nil
	k.conns = k.conns[:len(k.conns)-1]
}

func (k *keeper) clearTailByVariable(i int) {
	last := len(k.conns) - 1
	k.conns[i] = k.conns[last]
	k.conns[last] = nil
	k.conns = k.conns[:last]
}

func (k *keeper) clearBuiltin(i int) {
	k.conns = append(k.conns[:i], k.conns[i+1:]...)
	clear(k.conns[len(k.conns):cap(k.conns)])
}

func (k *keeper) clearBehind(i int) {
	k.conns = append(k.conns[:i], k.conns[i+1:]...)
	k.conns[:len(k.conns)+1][len(k.conns)] = nil
}

func (k *keeper) clearInOneStatement(i int) {
	k.conns, k.conns[len(k.conns)-1] = append(k.conns[:i], k.conns[i+1:]...), nil
}

func (k *keeper) clearInLoop(n int) {
	for i := n; i < len(k.conns); i++ {
		k.conns[i] = nil
	}
	k.conns = k.conns[:n]
}

// New memory takes the place of the old one.
func (k *keeper) copyAfterwards(i int) {
	shorter := append(k.conns[:i], k.conns[i+1:]...)
	k.conns = append([]*conn(nil), shorter...)
}

func (k *keeper) newMemory(i int) { k.conns = append(k.conns[:i:i], k.conns[i+1:]...) }

// An insertion: nothing is removed.
func (k *keeper) insert(i int, c *conn) {
	k.conns = append(k.conns, nil)
	k.conns = append(k.conns[:i+1], k.conns[i:]...)
	k.conns[i] = c
}

func (k *keeper) take() *conn {
	c := k.pending[0]
	k.pending[0] = nil
	k.pending = k.pending[1:]
	return c
}

func (k *keeper) takeAndReset() *conn {
	c := k.pending[0]
	if len(k.pending) == 1 {
		k.pending = nil
	} else {
		k.pending = k.pending[1:]
	}
	return c
}

func (k *keeper) takeZero() session {
	var zero session
	s := sessions[0]
	sessions[0] = zero
	sessions = sessions[1:]
	return s
}

var sessions []session

func open(s session) { sessions = append(sessions, s) }

// A stack goes up and down: the next push writes over what was left.
func (k *keeper) pop() *conn {
	c := k.stack[len(k.stack)-1]
	k.stack = k.stack[:len(k.stack)-1]
	return c
}

// Nobody appends here: the slice belongs to somebody else, and this is a position in it.
func (k *keeper) next() *conn {
	c := k.cursor[0]
	k.cursor = k.cursor[1:]
	return c
}

func (k *keeper) alloc() *conn {
	c := &k.slab[0]
	k.slab = k.slab[1:]
	return c
}

// To be filled again.
func (k *keeper) reset() { k.conns = k.conns[:0] }

func (k *keeper) grow() *conn {
	k.stack = k.stack[:len(k.stack)+1]
	return k.stack[len(k.stack)-1]
}

// Local slices end with the function.
func without(conns []*conn, i int) int {
	rest := append([]*conn(nil), conns...)
	rest = append(rest[:i], rest[i+1:]...)
	return len(rest)
}

func build(conns []*conn, i int) int {
	k := keeper{conns: conns}
	k.conns = append(k.conns[:i], k.conns[i+1:]...)
	return len(k.conns)
}

// A heap that no field holds ends with the function.
type local []*conn

func (l local) Len() int           { return len(l) }
func (l local) Less(i, j int) bool { return l[i].id < l[j].id }
func (l local) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }
func (l *local) Push(x any)        { *l = append(*l, x.(*conn)) }
func (l *local) Pop() any {
	old := *l
	c := old[len(old)-1]
	*l = old[:len(old)-1]
	return c
}

func cut(s *strings.Builder, parts []string) { s.WriteString(parts[0]) }

func zeroOf[T any]() (zero T) { return zero }

type heapOf[T any] struct{ entries []*T }

// A function makes the zero value that is put into the last place.
func (h *heapOf[T]) pop() *T {
	end := len(h.entries) - 1
	last := h.entries[end]
	h.entries[end] = zeroOf[*T]()
	h.entries = h.entries[:end]
	return last
}

func emptyOf[T any]() T {
	var empty T
	return empty
}

// What is taken from the front is set to zero first.
func (h *heapOf[T]) shift() *T {
	first, none := h.entries[0], new(*T)
	h.entries[0] = *none
	h.entries = h.entries[1:]
	return first
}

func (h *heapOf[T]) shiftEmpty() *T {
	first := h.entries[0]
	h.entries[0] = emptyOf[*T]()
	h.entries = h.entries[1:]
	return first
}

func (h *heapOf[T]) push(one *T) { h.entries = append(h.entries, one) }

type message struct {
	parts []*conn
	rest  *conn
}

// All elements stay for the next user of the message, who grows into them.
func (m *message) reset() {
	for _, one := range m.parts {
		*one = conn{}
	}
	parts := m.parts[:0]
	*m = message{}
	m.parts = parts
}

// The place that is left is taken again at once.
func (k *keeper) moveToEnd(i int) {
	c := k.conns[i]
	k.conns = append(k.conns[:i], k.conns[i+1:]...)
	k.conns = append(k.conns, c)
}

// What is cut off makes room for others.
func (k *keeper) refill(n int, more []*conn) {
	k.conns = k.conns[:n]
	for _, c := range more {
		if c != nil {
			k.conns = append(k.conns, c)
		}
	}
}

func (k *keeper) drain(use func(*conn)) {
	for len(k.pending) > 0 {
		c := k.pending[0]
		k.pending = k.pending[1:]
		use(c)
	}
}
