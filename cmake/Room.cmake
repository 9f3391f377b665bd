# operator_room(NAME SOURCES ... PUBLIC ... PRIVATE ...): one library for one folder of the tree.
# Sources are listed by hand: a file that nobody builds should not exist.
function(operator_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(room_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(room_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(room_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE ${ROOM_PRIVATE} room_warnings)
endfunction()
