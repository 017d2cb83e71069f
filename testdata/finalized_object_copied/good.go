package objectcopied

// Converted as a pointer: the object stays where it is.
func pointer() *List {
	v, _ := NewValue()
	return (*List)(v)
}

// The original leaves too.
func both() (*Value, Value) {
	v, _ := NewValue()
	return v, *v
}

// The copy holds the original.
type holder struct {
	Value
	original *Value
}

func held() holder {
	v, _ := NewValue()
	h := holder{original: v}
	h.Value = *v
	return h
}

// Somebody else has the original.
func (v *Value) Copy() Value {
	return *v
}

func element(all []*Value) Value {
	v := all[0]
	return *v
}

// The original gives its handle away.
func moved() Value {
	v, _ := NewValue()
	out := *v
	v.ptr = nil
	return out
}

// The copy stays here.
func looked() bool {
	v, _ := NewValue()
	out := *v
	return out.ptr != nil
}

// The original is kept.
var kept []*Value

func remembered() Value {
	v, _ := NewValue()
	kept = append(kept, v)
	out := *v
	return out
}

// A type without a finalizer.
type point struct{ x, y int }

func newPoint() *point { return &point{1, 2} }

func copyPoint() point {
	p := newPoint()
	return *p
}

// Only a field is read.
func field() bool {
	v, _ := NewValue()
	return (*v).ptr == nil
}
