//go:build go1.24

package resource

import (
	"io/fs"
	"os"
)

type served struct{ files fs.FS }

// The file system is a view of the directory.
func servedFrom(dir string) (*served, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &served{files: root.FS()}, nil
}
