// Package rangeneverclosed ranges over channels that nobody closes.
package rangeneverclosed

import "sync"

func forgets(numbers []int, use func(int)) {
	work := make(chan int)
	go func() {
		for number := range work { // want "GM303 .*`work`"
			use(number)
		}
	}()
	for _, number := range numbers {
		work <- number
	}
}

func closesOnSuccess(lines []string, parse func(string) error) error {
	work := make(chan string)
	go func() {
		for line := range work { // want "GM303 .*`work`"
			_ = line
		}
	}()
	for _, line := range lines {
		if err := parse(line); err != nil {
			return err
		}
		work <- line
	}
	close(work)
	return nil
}

type pool struct {
	jobs chan func()
}

func (p *pool) worker() {
	for job := range p.jobs { // want "GM303 .*`p.jobs`"
		job()
	}
}

func runAll(jobs []func()) {
	p := &pool{jobs: make(chan func(), 2)}
	for range 2 {
		go p.worker()
	}
	for _, job := range jobs {
		p.jobs <- job
	}
}

func results(jobs []func() int) (total int) {
	values := make(chan int)
	var group sync.WaitGroup
	for _, job := range jobs {
		group.Add(1)
		go func() {
			defer group.Done()
			values <- job()
		}()
	}
	for value := range values { // want "GM303 .*`values`"
		total += value
	}
	group.Wait()
	close(values)
	return total
}
