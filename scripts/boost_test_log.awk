# Reads the log of a Boost.Test executable (--log_level=test_suite) as it is written. Prints what failed and
# writes "passed failed skipped" to the file `counts`. A case that was entered and never left has failed:
# the process died in it. With `filtered` set, cases outside the filter are not counted as skipped.

function quoted(line) {
    sub(/^[^"]*"/, "", line)
    sub(/".*$/, "", line)
    return line
}

function report() {
    printf "%d %d %d\n", passed, failed, skipped > counts
    close(counts)
}

/Entering test suite "/ { depth++; suite[depth] = quoted($0); next }
/Leaving test suite "/  { depth--; next }

/Entering test case "/ {
    path = ""
    for (i = 1; i <= depth; i++) path = path suite[i] "/"
    path = path quoted($0)
    inside = 1
    broken = 0
    next
}

/Leaving test case "/ {
    if (broken) failed++; else passed++
    inside = 0
    next
}

/Test case ".*" is skipped because/ { if (!filtered) skipped++; next }

/: (fatal )?error: in "/ {
    broken = 1
    print "    FAILED " $0
    fflush()
    next
}

# What belongs to a failure that was printed: its context, or an exception's place.
inside && broken { print "           " $0; next }

END {
    if (inside) {
        print "    FAILED " path ": the process ended inside this case"
        failed++
    }
    report()
}
