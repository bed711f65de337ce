# SPDX-License-Identifier: BSD-3-Clause
# See ci/known. First the table, then "name, result, message" of each test.
BEGIN {
	FS = "\t"
}

# -1, 0 or 1; what a version does not say is 0, and what follows its numbers does not count.
function compare(a, b,    left, right, i, n) {
	sub(/[^0-9.].*/, "", a)
	sub(/[^0-9.].*/, "", b)
	n = split(a, left, ".")
	i = split(b, right, ".")
	n = i > n ? i : n
	for (i = 1; i <= n; i++)
		if (left[i] + 0 != right[i] + 0)
			return left[i] + 0 < right[i] + 0 ? -1 : 1
	return 0
}

function to_regex(pattern) {
	gsub(/[.+()|^$\[\]{}\\]/, "\\\\&", pattern)
	gsub(/\*/, ".*", pattern)
	gsub(/\?/, ".", pattern)
	return "^" pattern "$"
}

function refuse(what) {
	printf "seccompat: %s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
	status = 2
	exit
}

/^(#|[ \t]*$)/ && FILENAME != "-" {
	next
}

FILENAME != "-" {
	if (NF != 7)
		refuse("a row has 7 columns, and this has " NF)
	if ($5 != "skip" && $5 != "fail")
		refuse("the result is skip or fail, not \"" $5 "\"")
	if ($6 !~ /[A-Za-z]/)
		refuse("a row without a reason")
	if ($1 != "*" && $1 != arch)
		next
	if ($2 != "-" && compare(version, $2) < 0 || $3 != "-" && compare(version, $3) >= 0)
		next
	pattern[++rows] = to_regex($4)
	result[rows] = $5
	reason[rows] = $6
	next
}

{
	known = 0
	for (i = 1; i <= rows; i++) {
		if ($1 !~ pattern[i])
			continue
		known = known || result[i] == $2
		if (result[i] == "fail" && $2 == "pass") {
			printf "%s: passed, and was known to fail (%s)\n", $1, reason[i]
			status = 1
		}
	}
	if ($2 != "pass" && !known) {
		printf "%s: %s, which is not known: %s\n", $1, $2, $3
		status = 1
	}
}

END {
	exit status
}
