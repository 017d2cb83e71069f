package moved

import (
	"database/sql"
	"encoding/json"
	"fmt"
)

type point struct{ X, Y int }

func total(lines [][]byte) (sum int, err error) {
	for _, line := range lines {
		var p point // want "GM501 `p` is allocated in every round of the loop, as its address goes to encoding/json.Unmarshal"
		if err := json.Unmarshal(line, &p); err != nil {
			return 0, err
		}
		sum += p.X + p.Y
	}
	return sum, nil
}

func names(rows *sql.Rows) (all []string, err error) {
	for rows.Next() {
		var name string // want "GM501 `name` is allocated"
		var age int
		if err := rows.Scan(&name, &age); err != nil {
			return nil, err
		}
		all = append(all, fmt.Sprintf("%s (%d)", name, age))
	}
	return all, rows.Err()
}

func numbers(lines []string) (sum int, err error) {
	for _, line := range lines {
		n, unit := 0, "" // want "GM501 `n` is allocated"
		if _, err := fmt.Sscanf(line, "%d %s", &n, &unit); err != nil {
			return 0, err
		}
		sum += n * len(unit)
	}
	return sum, nil
}
