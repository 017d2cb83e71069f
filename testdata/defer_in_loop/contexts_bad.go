package deferinloop

import (
	"context"
	"time"
)

func askAll(ctx context.Context, names []string, ask func(context.Context, string) error) error {
	for _, name := range names {
		one, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel() // want "GM603 `cancel` is called by a defer in a loop"
		if err := ask(one, name); err != nil {
			return err
		}
	}
	return nil
}

func askUntil(ctx context.Context, ask func(context.Context) bool) {
	for {
		one, cancel := context.WithCancel(ctx)
		defer func() { cancel() }() // want "GM603 `cancel` is called by a defer in a loop"
		if ask(one) {
			return
		}
	}
}
