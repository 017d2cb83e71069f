package pool_used_after_put

import "sync"

type work struct{ of *exchange }

var (
	works   = make(chan *work, 1)
	worksOf sync.Pool
)

func getWork() *work {
	v := worksOf.Get()
	if v == nil {
		return &work{}
	}
	return v.(*work)
}

// The worker is waited for before the exchange is put back.
func handOut(wg *sync.WaitGroup) {
	one := exchanges.Get().(*exchange)
	defer exchanges.Put(one)
	w := getWork()
	w.of = one
	wg.Add(1)
	works <- w
	wg.Wait()
}
