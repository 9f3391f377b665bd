# Runs the stages of tools/check and counts their tests. Source it after common.sh.
#
#   run_stage NAME WHAT COMMAND...   runs the command with its output in $log_dir/NAME.log, shows a
#                                    sign of life while it lasts, then one line: result, time, tests.
#                                    On failure: what failed, or the end of the log. Sets stage_code
#                                    to the command's exit code; answers 0. Never call it in a
#                                    condition: bash then ignores the command's own `set -e`.
#   end_stage                        ends what a stage left running; for the EXIT trap of whoever runs
#                                    stages, so that Ctrl-C leaves no compiler behind
#   totals                           prints "N passed, N failed" over all stages that ran
#
# A stage that runs tests leaves $log_dir/NAME.junit.xml (ctest) or $log_dir/NAME.json (go test)
# behind; the counts are read from there. A stage that fails without a failed test counts as one
# failure, so that the last line never says "0 failed" when something was wrong.
#
# Uses: log_dir (folder for logs), and of common.sh: say, elapsed, now_ms, colours.

total_passed=0
total_failed=0
stage_code=0
stage_pid=''

# count_junit FILE: "PASSED FAILED SKIPPED" of a ctest JUnit report.
count_junit() {
  awk '
    /<testsuite/ { inside = 1 }
    inside && match($0, /[ \t"]tests="[0-9]+"/) { tests = $0; sub(/.*tests="/, "", tests) }
    inside && match($0, /failures="[0-9]+"/) { failures = $0; sub(/.*failures="/, "", failures) }
    inside && match($0, /disabled="[0-9]+"/) { disabled = $0; sub(/.*disabled="/, "", disabled) }
    inside && match($0, /skipped="[0-9]+"/) { skipped = $0; sub(/.*skipped="/, "", skipped) }
    inside && />/ { exit }
    END { left_out = skipped + disabled; print tests - failures - left_out, failures + 0, left_out }
  ' "$1"
}

# count_go FILE: "PASSED FAILED SKIPPED" of a `go test -json` stream. A test with subtests is a
# folder, not a test: only the leaves count.
count_go() {
  jq -rn '
    reduce (inputs | select(.Test and (.Action | IN("pass", "fail", "skip")))) as $e ({};
      .["\($e.Package) \($e.Test)"] = $e.Action)
    | . as $all
    | (reduce (keys[] | select(contains("/")) | sub("/[^/]*$"; "")) as $p ({}; .[$p] = true)) as $parents
    | [to_entries[] | select($parents[.key] | not) | .value]
    | [("pass", "fail", "skip") as $a | map(select(. == $a)) | length] | join(" ")
  ' "$1"
}

# go_failed_tests FILE: "PACKAGE TEST" of each top-level test that failed; nothing when something
# else went wrong (a package did not compile, crashed or ran out of time, so that tests did not end).
go_failed_tests() {
  jq -rn '
    def id: "\(.Package) \(.Test)";
    [inputs] as $all
    | [$all[] | select(.Test and (.Test | contains("/") | not))] as $tests
    | [$tests[] | select(.Action == "fail")] as $failed
    | ([$all[] | select(.Action == "fail") | .Package // "none"] | unique) as $broken
    | ([$tests[] | select(.Action == "run") | id]
        - [$tests[] | select(.Action | IN("pass", "fail", "skip")) | id]) as $unfinished
    | ([$all[] | select((.Output // "") | startswith("panic: "))] != []) as $crashed
    | if $crashed or $unfinished != [] or $broken != ($failed | map(.Package) | unique) then empty
      else $failed[] | id end
  ' "$1"
}

# go_failures FILE: the output of each failed test of a `go test -json` stream, and of packages that
# did not compile. Of the operators' own lines only warnings and errors: hundreds of others would
# hide what the test itself has to say.
go_failures() {
  jq -rn '
    [inputs] as $all
    | ([$all[] | select(.Action == "build-output").Output] | join("")),
      ($all[] | select(.Action == "fail" and .Test)
        | . as $f
        | "--- \($f.Test)", ([$all[] | select(.Action == "output" and .Package == $f.Package
            and .Test == $f.Test).Output] | join("")))
  ' "$1" | grep -Ev '^ *\{"timestamp":"[^"]*","level":"(debug|info)"' | cut -c1-600
}

# sign_of_life PID LOG: returns when the process has ended. Meanwhile says what the log's last line
# is: all the time on a terminal, once a minute elsewhere.
sign_of_life() {
  local pid=$1 log=$2 start last every=60 told=0
  start=$(now_ms)
  [[ -t 2 ]] && every=1
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.5
    (($(now_ms) - start >= (told + 1) * every * 1000)) || continue
    told=$((($(now_ms) - start) / (every * 1000)))
    last=$(tail -c 400 "$log" 2>/dev/null | tr -d '\r' | tail -n 1 | cut -c1-90)
    if [[ -t 2 ]]; then
      printf '\r\e[K%s        %s  %s%s' "$c_dim" "$(elapsed "$start")" "$last" "$c_off" >&2
    else
      say "        … $(elapsed "$start"): $last"
    fi
  done
  [[ -t 2 ]] && printf '\r\e[K' >&2
  return 0
}

# show_failure NAME: what a reader needs of a failed stage.
show_failure() {
  local log=$log_dir/$1.log json=$log_dir/$1.json shown=''
  [[ -s $json ]] && shown=$(go_failures "$json" | tail -n 120)
  [[ -n ${shown//[[:space:]]/} ]] || shown=$(tail -n 60 "$log" | cut -c1-400)
  sed 's/^/        /' <<<"$shown" >&2
  say "        whole log: $log"
}

# counts_of NAME: "PASSED FAILED SKIPPED" of what a stage left behind; nothing when it ran no tests.
counts_of() {
  if [[ -s $log_dir/$1.junit.xml ]]; then
    count_junit "$log_dir/$1.junit.xml"
  elif [[ -s $log_dir/$1.json ]]; then
    count_go "$log_dir/$1.json"
  fi
}

run_stage() {
  local name=$1 what=$2 start counts passed failed skipped tests=''
  shift 2
  mkdir -p "$log_dir"
  rm -f "$log_dir/$name".{log,json,junit.xml,again}
  say "$c_bold== $name$c_off $c_dim$what$c_off"
  start=$(now_ms)
  set -m # a process group of its own, which end_stage can end
  (
    set -euo pipefail
    "$@"
  ) >"$log_dir/$name.log" 2>&1 </dev/null &
  stage_pid=$!
  set +m
  sign_of_life "$stage_pid" "$log_dir/$name.log"
  stage_code=0
  wait "$stage_pid" || stage_code=$?
  stage_pid=''
  counts=$(counts_of "$name")
  if [[ -n $counts ]]; then
    read -r passed failed skipped <<<"$counts"
    total_passed=$((total_passed + passed))
    total_failed=$((total_failed + failed))
    tests="$passed passed, $failed failed"
    ((skipped == 0)) || tests+=", $skipped skipped"
    tests+=" "
  fi
  if ((stage_code == 0)); then
    say "${c_green}ok$c_off      $name $tests$c_dim($(elapsed "$start"))$c_off"
    [[ ! -s $log_dir/$name.again ]] ||
      warn "passed at the second try only: $(paste -sd' ' "$log_dir/$name.again")"
    return 0
  fi
  [[ -n $counts && $failed -gt 0 ]] || total_failed=$((total_failed + 1))
  say "${c_red}failed$c_off  $name $tests($(elapsed "$start"), exit code $stage_code)"
  show_failure "$name"
}

end_stage() { [[ -z $stage_pid ]] || kill -TERM -- "-$stage_pid" 2>/dev/null || true; }

totals() { printf '%d passed, %d failed\n' "$total_passed" "$total_failed"; }
