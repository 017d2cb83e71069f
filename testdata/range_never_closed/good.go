package rangeneverclosed

import "sync"

func remembers(numbers []int, use func(int)) {
	work := make(chan int)
	defer close(work)
	go func() {
		for number := range work {
			use(number)
		}
	}()
	for _, number := range numbers {
		work <- number
	}
}

func closedByOther(jobs []func() int) (total int) {
	values := make(chan int)
	var group sync.WaitGroup
	for _, job := range jobs {
		group.Add(1)
		go func() {
			defer group.Done()
			values <- job()
		}()
	}
	go func() {
		group.Wait()
		close(values)
	}()
	for value := range values {
		total += value
	}
	return total
}

func leaves(numbers []int) int {
	work := make(chan int, 1)
	done := make(chan int)
	go func() {
		for number := range work {
			done <- number
			return
		}
	}()
	work <- len(numbers)
	return <-done
}

type closable struct {
	jobs chan func()
	done chan struct{}
}

func newClosable() *closable {
	c := &closable{jobs: make(chan func()), done: make(chan struct{})}
	go func() {
		defer close(c.done)
		for job := range c.jobs {
			job()
		}
	}()
	return c
}

func (c *closable) Close() {
	close(c.jobs)
	<-c.done
}

func uses(jobs []func()) {
	c := newClosable()
	defer c.Close()
	for _, job := range jobs {
		c.jobs <- job
	}
}

func given(values <-chan int) (total int) {
	for value := range values {
		total += value
	}
	return total
}
