package blockedonsend

import "context"

// Async is exported: whoever gets the channel need not receive.
func Async(work func() error) chan error {
	done := make(chan error)
	go func() {
		done <- work() // want "GM301 .*callers need not receive"
	}()
	return done
}

func later(work func() error) <-chan error {
	done := make(chan error)
	go func() {
		defer close(done)
		if err := work(); err != nil {
			done <- err // want "GM301"
		}
	}()
	return done
}

func impatient(ctx context.Context, work func() error) error {
	failed := later(work)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
