// Package sometimesfreed gives C memory back on some paths only.
package sometimesfreed

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct job {
	int id;
	char *title;
} job;

static job *job_create(int id) {
	job *j = calloc(1, sizeof *j);
	if (j != NULL) {
		j->id = id;
	}
	return j;
}

static void job_destroy(job *j) {
	if (j == NULL) {
		return;
	}
	free(j->title);
	free(j);
}

static int job_open(const char *path, job **out) {
	job *j = job_create((int)strlen(path));
	if (j == NULL) {
		return -1;
	}
	*out = j;
	return 0;
}

static int job_run(job *j) {
	return j->id % 3;
}

static int check(const char *s) {
	return s[0] == '#';
}
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"unsafe"
)

var errBad = errors.New("bad")

func earlyReturn(s string) int {
	cs := C.CString(s) // want "GM102 .*`cs`"
	if C.check(cs) != 0 {
		return 0
	}
	C.free(unsafe.Pointer(cs))
	return 1
}

func errorBranch(s string) error {
	cs := C.CString(s) // want "GM102"
	if _, err := os.Stat(s); err != nil {
		return fmt.Errorf("stat: %w", err)
	}
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
	return nil
}

func lateDefer(s string) error {
	cs := C.CString(s) // want "GM102"
	info, err := os.Stat(s)
	if err != nil {
		return err
	}
	defer C.free(unsafe.Pointer(cs))
	C.puts(cs)
	fmt.Println(info.Size())
	return nil
}

func panicsAndRecovers(s string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errBad
		}
	}()
	cs := C.CString(s) // want "GM102"
	if C.check(cs) != 0 {
		panic("comment")
	}
	C.free(unsafe.Pointer(cs))
	return nil
}

func continues(all []string) {
	for _, s := range all {
		cs := C.CString(s) // want "GM102"
		if C.check(cs) != 0 {
			continue
		}
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
}

func breaks(all []string) {
	for _, s := range all {
		cs := C.CString(s) // want "GM102"
		if C.check(cs) != 0 {
			break
		}
		C.free(unsafe.Pointer(cs))
	}
}

func labelledContinue(rows [][]string) {
outer:
	for _, row := range rows {
		for _, s := range row {
			cs := C.CString(s) // want "GM102"
			if C.check(cs) != 0 {
				continue outer
			}
			C.free(unsafe.Pointer(cs))
		}
	}
}

func labelledBreak(rows [][]string) {
outer:
	for _, row := range rows {
		head := C.CString(row[0]) // want "GM102"
		for _, s := range row {
			if s == "" {
				break outer
			}
			C.puts(head)
		}
		C.free(unsafe.Pointer(head))
	}
}

func jumps(s string) int {
	n := 0
	cs := C.CString(s) // want "GM102"
	if C.check(cs) != 0 {
		goto done
	}
	n = 1
	C.free(unsafe.Pointer(cs))
done:
	return n
}

func returnInLoop(s string, all []string) bool {
	cs := C.CString(s) // want "GM102"
	for _, other := range all {
		if other == s {
			return true
		}
	}
	C.free(unsafe.Pointer(cs))
	return false
}

func missingCase(s string, mode int) {
	cs := C.CString(s) // want "GM102"
	switch mode {
	case 0:
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	case 1:
		C.puts(cs)
	default:
		C.free(unsafe.Pointer(cs))
	}
}

func missingDefault(s string, mode int) {
	cs := C.CString(s) // want "GM102"
	switch mode {
	case 0, 1:
		C.free(unsafe.Pointer(cs))
	}
}

func fallsThrough(s string, mode int) {
	cs := C.CString(s) // want "GM102"
	switch mode {
	case 0:
		C.puts(cs)
		fallthrough
	case 1:
		C.free(unsafe.Pointer(cs))
	default:
		C.puts(cs)
	}
}

func typeSwitch(v any) {
	cs := C.CString("value") // want "GM102"
	switch v.(type) {
	case int:
		C.free(unsafe.Pointer(cs))
	case error:
		return
	default:
		C.free(unsafe.Pointer(cs))
	}
}

func selects(s string, in chan int, quit chan struct{}) {
	cs := C.CString(s) // want "GM102"
	select {
	case <-in:
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	case <-quit:
	}
}

func elseForgotten(s string) {
	cs := C.CString(s) // want "GM102"
	if len(s) > 3 {
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
}

func deferredInBranch(s string, keep bool) {
	cs := C.CString(s) // want "GM102"
	if keep {
		defer C.free(unsafe.Pointer(cs))
	}
	C.puts(cs)
}

func secondFails(a, b string) error {
	first := C.CString(a) // want "GM102 .*`first`"
	if b == "" {
		return errBad
	}
	second := C.CString(b)
	C.strcmp(first, second)
	C.free(unsafe.Pointer(first))
	C.free(unsafe.Pointer(second))
	return nil
}

func returnedOrLost(s string) (*C.char, error) {
	cs := C.CString(s) // want "GM102"
	if C.check(cs) != 0 {
		return nil, errBad
	}
	return cs, nil
}

type session struct {
	job *C.job
}

// Close ends the session.
func (s *session) Close() {
	C.job_destroy(s.job)
}

func storedOrLost(id int) (*session, error) {
	j := C.job_create(C.int(id)) // want "GM102 .*C.job_create"
	if j == nil {
		return nil, errBad
	}
	if C.job_run(j) != 0 {
		return nil, errBad
	}
	return &session{job: j}, nil
}

func sentOrLost(out chan *C.char, s string) {
	cs := C.CString(s) // todo-want "GM102"
	select {
	case out <- cs:
	default:
	}
}

func outParameter(path string) (int, error) {
	cs := C.CString(path)
	defer C.free(unsafe.Pointer(cs))
	var j *C.job
	if C.job_open(cs, &j) != 0 { // want "GM102"
		return 0, errBad
	}
	if C.job_run(j) != 0 {
		return 0, errBad
	}
	C.job_destroy(j)
	return 1, nil
}

func onlyOnError(s string) (n int, err error) {
	cs := C.CString(s) // want "GM102"
	defer func() {
		if err != nil {
			C.free(unsafe.Pointer(cs))
		}
	}()
	if C.check(cs) != 0 {
		return 0, errBad
	}
	return int(C.strlen(cs)), nil
}

func partOfTheCleanup(a, b string) error {
	j := C.job_create(1) // want "GM102"
	title := C.CString(a)
	if b == "" {
		C.free(unsafe.Pointer(title))
		return errBad
	}
	C.free(unsafe.Pointer(title))
	C.job_destroy(j)
	return nil
}

func inLiteral(all []string) error {
	visit := func(s string) error {
		cs := C.CString(s) // want "GM102"
		if C.check(cs) != 0 {
			return errBad
		}
		C.free(unsafe.Pointer(cs))
		return nil
	}
	for _, s := range all {
		if err := visit(s); err != nil {
			return err
		}
	}
	return nil
}

func inGoroutine(s string, results chan<- error) {
	go func() {
		cs := C.CString(s) // want "GM102"
		if C.check(cs) != 0 {
			results <- errBad
			return
		}
		C.free(unsafe.Pointer(cs))
		results <- nil
	}()
}

func listAfterError(all []string) error {
	list := make([]*C.char, 0, len(all))
	for _, s := range all {
		if s == "" {
			return errBad
		}
		list = append(list, C.CString(s)) // want "GM102"
	}
	for _, p := range list {
		C.free(unsafe.Pointer(p))
	}
	return nil
}

func throughHelper(s string) error {
	cs := C.CString(s) // want "GM102"
	if s == "" {
		return errBad
	}
	give(cs)
	return nil
}

func give(p *C.char) {
	C.free(unsafe.Pointer(p))
}

func wrongNilCheck(n int) error {
	p := C.malloc(C.size_t(n)) // want "GM10[12]"
	if p != nil {
		return errBad
	}
	C.free(p)
	return nil
}
