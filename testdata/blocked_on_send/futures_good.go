package blockedonsend

import "context"

// AsyncWithRoom leaves its result in the channel.
func AsyncWithRoom(work func() error) chan error {
	done := make(chan error, 1)
	go func() {
		done <- work()
	}()
	return done
}

// Finished is closed, and nothing is sent.
func Finished(work func()) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	return done
}

func awaited(work func() error) <-chan error {
	done := make(chan error)
	go func() {
		done <- work()
	}()
	return done
}

// patientCaller is the only caller, and receives whatever comes.
func patientCaller(ctx context.Context, cancel func(), work func() error) error {
	done := awaited(work)
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		cancel()
		return <-done
	}
}

// Guarded looks whether anybody still waits.
func Guarded(ctx context.Context, work func() error) <-chan error {
	done := make(chan error)
	go func() {
		select {
		case done <- work():
		case <-ctx.Done():
		}
	}()
	return done
}
