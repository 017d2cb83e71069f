package deferinloop

import (
	"context"
	"os"
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

type header struct{ first byte }

// Only a byte of each is kept, in a value of the round.
func heads(names []string, use func(*header)) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close() // want "GM603 `f` is closed by a defer in a loop"
		one := &header{}
		buf := make([]byte, 1)
		if _, err := f.Read(buf); err != nil {
			return err
		}
		one.first = buf[0]
		use(one)
	}
	return nil
}

func cancels(ctx context.Context, all []func(context.Context)) {
	for _, one := range all {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel() // want "GM603 `cancel` is called by a defer in a loop"
		one(ctx)
	}
}
