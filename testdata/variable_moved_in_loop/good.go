package moved

import (
	"encoding/json"
	"fmt"
)

func reused(lines [][]byte) (sum int, err error) {
	var p point
	for _, line := range lines {
		p = point{}
		if err := json.Unmarshal(line, &p); err != nil {
			return 0, err
		}
		sum += p.X
	}
	return sum, nil
}

func kept(lines [][]byte) (all []*point, err error) {
	for _, line := range lines {
		var p point
		if err := json.Unmarshal(line, &p); err != nil {
			return nil, err
		}
		all = append(all, &p)
	}
	return all, nil
}

func captured(lines [][]byte) (all []func() int, err error) {
	for _, line := range lines {
		var p point
		if err := json.Unmarshal(line, &p); err != nil {
			return nil, err
		}
		all = append(all, func() int { return p.X })
	}
	return all, nil
}

func (p *point) register(all map[string]*point, key string) { all[key] = p }

func registered(lines [][]byte, all map[string]*point) error {
	for _, line := range lines {
		var p point
		if err := json.Unmarshal(line, &p); err != nil {
			return err
		}
		p.register(all, string(line))
	}
	return nil
}

func sliced(lines [][]byte) (all [][]int, err error) {
	for _, line := range lines {
		var pair [2]int
		if err := json.Unmarshal(line, &pair); err != nil {
			return nil, err
		}
		all = append(all, pair[:])
	}
	return all, nil
}

func filled(target *point) { target.X = 1 }

// stays is filled by a function that does not let the address go.
func stays(n int) (sum int) {
	for i := 0; i < n; i++ {
		var p point
		filled(&p)
		sum += p.X
	}
	return sum
}

func first(lines []string) (int, error) {
	for _, line := range lines {
		if line != "" {
			var n int
			_, err := fmt.Sscan(line, &n)
			return n, err
		}
	}
	return 0, nil
}
