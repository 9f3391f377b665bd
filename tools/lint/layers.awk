# Prints every include that goes against the direction of the layers. The build enforces the same
# between rooms by its targets; this also covers libraries, whose headers lie in one common folder.
#
#   app -> actors -> messages -> {k8s, teleport}

BEGIN {
  # What a room may include of this project.
  may["k8s"] = "k8s"
  may["teleport"] = "teleport"
  may["messages"] = "messages k8s teleport"
  may["actors"] = "actors messages k8s teleport"
  may["app"] = "app actors messages k8s teleport"
  may["main.cpp"] = "app actors"

  # Libraries that a room must not include: by the start of the header's path.
  network = "curl/ grpc grpcpp/ openssl/ google/ nlohmann/ yaml-cpp/"
  no["k8s"] = "caf/ grpc grpcpp/ google/ prometheus/"
  no["teleport"] = "caf/ prometheus/ yaml-cpp/"
  no["messages"] = network " prometheus/"
  no["actors"] = network
  no["app"] = "curl/ grpc grpcpp/ google/"

}

/^#include / {
  split(FILENAME, path, "/")
  room = path[1]
  header = $2
  gsub(/[<>"]/, "", header)
  split(header, parts, "/")
  if ($2 ~ /^"/ && header ~ /\.hpp$/ && index(" " may[room] " ", " " parts[1] " ") == 0)
    breach("may not include " parts[1] "/")
  if (room != "teleport" && header ~ /\.pb\.h$/)
    breach("generated protobuf code belongs to teleport/ alone")
  count = split(no[room], libraries, " ")
  for (i = 1; i <= count; i++)
    if (index(header, libraries[i]) == 1) breach("may not use " libraries[i])
}

function breach(why) {
  print FILENAME ":" FNR ": layers: " room (room ~ /\./ ? "" : "/") " " why ": " header
}
