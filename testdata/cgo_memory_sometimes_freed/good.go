package sometimesfreed

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct task {
	int id;
	char *title;
} task;

static task *task_create(int id) {
	task *t = calloc(1, sizeof *t);
	if (t != NULL) {
		t->id = id;
	}
	return t;
}

static void task_destroy(task *t) {
	if (t == NULL) {
		return;
	}
	free(t->title);
	free(t);
}

static int task_open(const char *path, task **out) {
	task *t = task_create((int)strlen(path));
	if (t == NULL) {
		return -1;
	}
	*out = t;
	return 0;
}

static int task_run(task *t) {
	return t->id % 3;
}

static int is_comment(const char *s) {
	return s[0] == '#';
}
*/
import "C"

import (
	"errors"
	"fmt"
	"log"
	"os"
	"unsafe"
)

var errWorse = errors.New("worse")

func okEarlyReturn(s string) int {
	cs := C.CString(s)
	if C.is_comment(cs) != 0 {
		C.free(unsafe.Pointer(cs))
		return 0
	}
	C.free(unsafe.Pointer(cs))
	return 1
}

func okErrorBranch(s string) error {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	if _, err := os.Stat(s); err != nil {
		return fmt.Errorf("stat: %w", err)
	}
	C.puts(cs)
	return nil
}

func okAllocatedAfterCheck(s string) error {
	info, err := os.Stat(s)
	if err != nil {
		return err
	}
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	C.puts(cs)
	fmt.Println(info.Size())
	return nil
}

func okPanics(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	if C.is_comment(cs) != 0 {
		panic("comment")
	}
}

func okPanicEndsTheProcess(s string) {
	cs := C.CString(s)
	if C.is_comment(cs) != 0 {
		panic("comment")
	}
	C.free(unsafe.Pointer(cs))
}

func okExits(s string) {
	cs := C.CString(s)
	if C.is_comment(cs) != 0 {
		log.Fatalf("comment %q", s)
	}
	if s == "" {
		os.Exit(3)
	}
	C.free(unsafe.Pointer(cs))
}

func okContinues(all []string) {
	for _, s := range all {
		cs := C.CString(s)
		if C.is_comment(cs) != 0 {
			C.free(unsafe.Pointer(cs))
			continue
		}
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
}

func okBreaks(all []string) {
	for _, s := range all {
		cs := C.CString(s)
		comment := C.is_comment(cs) != 0
		C.free(unsafe.Pointer(cs))
		if comment {
			break
		}
	}
}

func okLabelled(rows [][]string) {
outer:
	for _, row := range rows {
		for _, s := range row {
			cs := C.CString(s)
			comment := C.is_comment(cs)
			C.free(unsafe.Pointer(cs))
			if comment != 0 {
				continue outer
			}
		}
	}
}

func okFreedAfterBreak(all []string) {
	cs := C.CString("title")
	for _, s := range all {
		if s == "" {
			break
		}
		C.puts(cs)
	}
	C.free(unsafe.Pointer(cs))
}

func okJumps(s string) int {
	n := 0
	cs := C.CString(s)
	if C.is_comment(cs) != 0 {
		goto done
	}
	n = 1
done:
	C.free(unsafe.Pointer(cs))
	return n
}

func okEveryCase(s string, mode int) {
	cs := C.CString(s)
	switch mode {
	case 0:
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	case 1:
		C.free(unsafe.Pointer(cs))
		return
	default:
		defer C.free(unsafe.Pointer(cs))
	}
}

func okFallsThrough(s string, mode int) {
	cs := C.CString(s)
	switch mode {
	case 0:
		C.puts(cs)
		fallthrough
	default:
		C.free(unsafe.Pointer(cs))
	}
}

func okSelects(s string, in chan int, quit chan struct{}) {
	cs := C.CString(s)
	select {
	case <-in:
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	case <-quit:
		C.free(unsafe.Pointer(cs))
	}
}

func okLoopForEver(in chan string, quit chan struct{}) {
	cs := C.CString("prompt")
	for {
		select {
		case <-in:
			C.puts(cs)
		case <-quit:
			C.free(unsafe.Pointer(cs))
			return
		}
	}
}

func okCreateFailed(id int) error {
	t := C.task_create(C.int(id))
	if t == nil {
		return errWorse
	}
	C.task_run(t)
	C.task_destroy(t)
	return nil
}

func okMallocFailed(n int) error {
	p := C.malloc(C.size_t(n))
	if p == nil {
		return errWorse
	}
	C.memset(p, 0, C.size_t(n))
	C.free(p)
	return nil
}

func okMallocChecked(n int) {
	p := C.malloc(C.size_t(n))
	if p != nil {
		C.memset(p, 0, C.size_t(n))
		C.free(p)
	}
}

func okOpenFailed(path string) (int, error) {
	cs := C.CString(path)
	defer C.free(unsafe.Pointer(cs))
	var t *C.task
	if rc := C.task_open(cs, &t); rc != 0 {
		return 0, errWorse
	}
	defer C.task_destroy(t)
	if C.task_run(t) != 0 {
		return 0, errWorse
	}
	return 1, nil
}

func okOpenSucceeded(path string) bool {
	cs := C.CString(path)
	defer C.free(unsafe.Pointer(cs))
	var t *C.task
	if C.task_open(cs, &t) == 0 {
		C.task_destroy(t)
		return true
	}
	return false
}

func okReturnedOrFreed(s string) (*C.char, error) {
	cs := C.CString(s)
	if C.is_comment(cs) != 0 {
		C.free(unsafe.Pointer(cs))
		return nil, errWorse
	}
	return cs, nil
}

func okFreedOnError(s string) (p *C.char, err error) {
	p = C.CString(s)
	defer func() {
		if err != nil {
			C.free(unsafe.Pointer(p))
			p = nil
		}
	}()
	if C.is_comment(p) != 0 {
		return p, errWorse
	}
	return p, nil
}

type run struct {
	task *C.task
}

// Close ends the run.
func (r *run) Close() {
	C.task_destroy(r.task)
}

func okStored(id int) (*run, error) {
	t := C.task_create(C.int(id))
	if t == nil {
		return nil, errWorse
	}
	r := &run{task: t}
	if C.task_run(t) != 0 {
		r.Close()
		return nil, errWorse
	}
	return r, nil
}

func okSuccessFlag(id int) (*run, error) {
	t := C.task_create(C.int(id))
	ok := false
	defer func() {
		if !ok {
			C.task_destroy(t)
		}
	}()
	if C.task_run(t) != 0 {
		return nil, errWorse
	}
	ok = true
	return &run{task: t}, nil
}

func okOwnedFlag(s string) int {
	var cs *C.char
	owned := false
	if s != "" {
		cs = C.CString(s)
		owned = true
	}
	n := 0
	if owned {
		n = int(C.is_comment(cs))
	}
	if owned {
		C.free(unsafe.Pointer(cs))
	}
	return n
}

func okSameCondition(s string, verbose bool) {
	var cs *C.char
	if verbose {
		cs = C.CString(s)
	}
	fmt.Println(s)
	if verbose {
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
}

func okFreesNil(s string) {
	var cs *C.char
	if s != "" {
		cs = C.CString(s)
	}
	defer C.free(unsafe.Pointer(cs))
	if cs != nil {
		C.puts(cs)
	}
}

func okHelperWithError(s string) (err error) {
	cs, err := okReturnedOrFreed(s)
	if err != nil {
		return err
	}
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
	return nil
}

func okListAfterError(all []string) error {
	list := make([]*C.char, 0, len(all))
	defer func() {
		for _, p := range list {
			C.free(unsafe.Pointer(p))
		}
	}()
	for _, s := range all {
		if s == "" {
			return errWorse
		}
		list = append(list, C.CString(s))
	}
	return nil
}

func okInLiteral(all []string) error {
	visit := func(s string) error {
		cs := C.CString(s)
		defer C.free(unsafe.Pointer(cs))
		if C.is_comment(cs) != 0 {
			return errWorse
		}
		return nil
	}
	for _, s := range all {
		if err := visit(s); err != nil {
			return err
		}
	}
	return nil
}

func okSentOrFreed(out chan *C.char, s string) {
	cs := C.CString(s)
	select {
	case out <- cs:
	default:
		C.free(unsafe.Pointer(cs))
	}
}

func okRecovered(s string, work func()) {
	cs := C.CString(s)
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("recovered", r)
		}
		C.free(unsafe.Pointer(cs))
	}()
	work()
}

func okBothOrNone(a, b string) error {
	first := C.CString(a)
	if b == "" {
		C.free(unsafe.Pointer(first))
		return errWorse
	}
	second := C.CString(b)
	defer func() {
		C.free(unsafe.Pointer(first))
		C.free(unsafe.Pointer(second))
	}()
	C.strcmp(first, second)
	return nil
}
