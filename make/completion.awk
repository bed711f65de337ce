# SPDX-License-Identifier: BSD-3-Clause
# What a shell completes behind `seccompat`, out of the tables that the program is built of:
#
#   awk -v shell=bash|fish -v families="modes flags" -f make/completion.awk \
#       cli/main.c cli/cmd-*.c probe/features.def probe/imitations.def arch/arches.tsv
#
# Subcommands are the rows of cli/main.c, options those of a cli/cmd-*.c each; arguments are features, their
# versions, families of tests, architectures, formats of filters, files. Rows of C are read as clang-format leaves them.

# What an option is given; a file where nothing else is said.
BEGIN {
	kind["arch"] = "arches"
	kind["with"] = kind["without"] = "imitable"
	kind["since"] = "versions"
	kind["expect"] = "versions files"
	kind["format"] = "formats"
	kind["jobs"] = kind["ip"] = kind["macros"] = kind["time"] = kind["cpu"] = kind["tolerance"] = ""
	kind["cap"] = kind["kernel"] = kind["default"] = kind["bad-arch"] = kind["seed"] = kind["count"] = ""
	# And what a subcommand is given.
	kind["probe "] = kind["explain "] = "features"
	kind["check "] = "families"
	kind["bench "] = kind["sim "] = kind["disasm "] = kind["compile "] = kind["report "] = kind["diff "] = "files"
	kind["as "] = "versions"
	FS = "\t"
}

# The strings of a line of C, without their quotes, in string[].
function read_strings(line,   count)
{
	count = 0
	while (match(line, /"[^"]*"/)) {
		string[++count] = substr(line, RSTART + 1, RLENGTH - 2)
		line = substr(line, RSTART + RLENGTH)
	}
	return count
}

function add(list, word)
{
	return list (list == "" ? "" : " ") word
}

# --- the tables ------------------------------------------------------------------------------

# { "probe", cmd_probe, "..." }, or its text in the next line; what has none is not for people.
FILENAME == "cli/main.c" && (/^\t\{ "[a-z]+", cmd_/ || pending != "") {
	count = read_strings($0)
	if (pending == "")
		pending = string[1]
	if (count > 1 || $0 !~ /cmd_/) {
		commands = add(commands, pending)
		doc[pending] = string[count]
		pending = ""
	}
	next
}

# { "json", no_argument, NULL, 'j' }: one or several a line.
FILENAME ~ /cmd-[a-z]+\.c$/ && /_argument, NULL, / {
	command = FILENAME
	sub(/^.*cmd-/, "", command)
	sub(/\.c$/, "", command)
	rest = $0
	while (match(rest, /\{ "[a-z-]+", [a-z]+_argument, NULL, [^}]* \}/)) {
		row = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		read_strings(row)
		options[command] = add(options[command], string[1])
		takes[command, string[1]] = row ~ /required_argument/
		if (match(row, /'.'/))
			letter[command, string[1]] = substr(row, RSTART + 1, 1)
	}
	next
}

# [FORMAT_RAW] = "raw",
FILENAME ~ /cmd-compile\.c$/ && /^\t\[FORMAT_/ {
	read_strings($0)
	formats = add(formats, string[1])
	next
}

# FEATURE(id, "group", "since", ...
FILENAME ~ /features\.def$/ && /^FEATURE\(/ {
	read_strings($0)
	id = $0
	sub(/^FEATURE\(/, "", id)
	sub(/,.*/, "", id)
	features = add(features, id)
	since = string[2]
	sub(/\.\..*/, "", since)
	if (since != "" && !(since in seen)) {
		versions = add(versions, since)
		seen[since] = 1
	}
	next
}

# REFUSED(id, ...: what a filter takes away.
FILENAME ~ /imitations\.def$/ && /^REFUSED\(/ {
	id = $0
	sub(/^REFUSED\(/, "", id)
	sub(/,.*/, "", id)
	imitable = add(imitable, id)
	next
}

FILENAME ~ /arches\.tsv$/ && !/^#/ { arches = add(arches, $1) }

# --- the shells ------------------------------------------------------------------------------

function words_of(kind)
{
	return kind == "features" ? features : kind == "imitable" ? imitable : kind == "versions" ? versions : \
		kind == "arches" ? arches : kind == "formats" ? formats : families
}

function kind_of(option)
{
	return option in kind ? kind[option] : "files"
}

# The words of a kind ("versions files"), as shell words; and whether there are files among them.
function bash_reply(kind,   reply, parts, count, i)
{
	count = split(kind, parts, " ")
	reply = ""
	for (i = 1; i <= count; i++)
		reply = add(reply, parts[i] == "files" ? "files=yes" : "words=$" parts[i])
	gsub(/ /, "; ", reply)
	return reply == "" ? ":" : reply
}

function print_bash(   n, m, list, names, i, j, command, option, all)
{
	print "# bash completion for seccompat; made by make/completion.awk"
	print "_seccompat()\n{"
	print "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}"
	print "\tlocal words= files="
	printf "\tlocal commands='%s'\n\tlocal families='%s'\n", commands " --help --version", families
	printf "\tlocal features='%s'\n\tlocal imitable='%s'\n", features, imitable
	printf "\tlocal versions='%s'\n\tlocal arches='%s'\n\tlocal formats='%s'\n", versions, arches, formats
	print "\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\twords=$commands command="
	print "\tfi\n\tcase $command:$before in"
	n = split(commands, list, " ")
	for (i = 1; i <= n; i++) {
		command = list[i]
		m = split(options[command], names, " ")
		for (j = 1; j <= m; j++) {
			option = names[j]
			if (!takes[command, option])
				continue
			printf "\t%s:--%s%s) %s ;;\n", command, option, \
				(command, option) in letter ? " | " command ":-" letter[command, option] : "", \
				bash_reply(kind_of(option))
		}
	}
	print "\t*)\n\t\tcase $command:$word in"
	for (i = 1; i <= n; i++) {
		command = list[i]
		all = ""
		m = split(options[command], names, " ")
		for (j = 1; j <= m; j++)
			all = add(all, "--" names[j])
		printf "\t\t%s:-*) words='%s' ;;\n", command, all
		printf "\t\t%s:*) %s ;;\n", command, bash_reply(kind[command " "])
	}
	print "\t\tesac ;;\n\tesac"
	print "\t# Behind the version of `as` stands somebody else's command."
	print "\tif [[ $command = as && $COMP_CWORD -gt 2 && $words = \"$versions\" ]]; then"
	print "\t\tCOMPREPLY=($(compgen -c -- \"$word\"))\n\t\tfiles=yes words=\n\telse"
	print "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n\tfi"
	print "\t[ -z \"$files\" ] || COMPREPLY+=($(compgen -f -- \"$word\"))"
	print "}\ncomplete -o filenames -F _seccompat seccompat"
}

# The arguments of a line of fish: words, and files or not.
function fish_arguments(kind,   parts, count, i, out)
{
	count = split(kind, parts, " ")
	out = kind ~ /files/ ? "-F" : "-f"
	for (i = 1; i <= count; i++)
		if (parts[i] != "files")
			out = out " -a '" words_of(parts[i]) "'"
	return out
}

function print_fish(   n, m, list, names, i, j, command, option, when, behind)
{
	print "# fish completion for seccompat; made by make/completion.awk"
	print "complete -c seccompat -f"
	print "complete -c seccompat -n __fish_use_subcommand -l help"
	print "complete -c seccompat -n __fish_use_subcommand -l version"
	n = split(commands, list, " ")
	for (i = 1; i <= n; i++) {
		command = list[i]
		when = "complete -c seccompat -n '__fish_seen_subcommand_from " command "'"
		printf "complete -c seccompat -n __fish_use_subcommand -a %s -d \"%s\"\n", command, doc[command]
		# Behind the version of `as` stands somebody else's command.
		if (command == "as") {
			behind = "complete -c seccompat -n '__fish_seen_subcommand_from as; and test (count (commandline -opc)) "
			print behind "-eq 2' " fish_arguments(kind[command " "])
			print behind "-gt 2' -a '(__fish_complete_subcommand --fcs-skip=3)'"
		} else {
			print when " " fish_arguments(kind[command " "])
		}
		m = split(options[command], names, " ")
		for (j = 1; j <= m; j++) {
			option = names[j]
			printf "%s -l %s%s%s\n", when, option, \
				(command, option) in letter ? " -s " letter[command, option] : "", \
				takes[command, option] ? " -r " fish_arguments(kind_of(option)) : ""
		}
	}
}

END {
	if (shell == "fish")
		print_fish()
	else
		print_bash()
}
