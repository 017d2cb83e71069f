package blockedonsend

import "example.com/testdata/blocked_on_send/svc"

type service struct{ work func() error }

// Execute is the whole program: Windows ends the process when it returns.
func (s *service) Execute(_ []string, requests <-chan svc.ChangeRequest) (bool, uint32) {
	failed := make(chan error)
	go func() {
		failed <- s.work()
	}()
	for {
		select {
		case request := <-requests:
			if request.Stop {
				return false, 0
			}
		case err := <-failed:
			return err != nil, 1
		}
	}
}
