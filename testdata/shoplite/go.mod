module example.com/shoplite

go 1.26
