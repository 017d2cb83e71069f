module example.com/lsmatch

go 1.22
