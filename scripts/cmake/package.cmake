# The Debian package: what is in it, and what CPack makes of that. scripts/package builds it.
# Type "cmake --build ... --target package_files" first: man page, completion and changelog are made by the binary.
set(packaging ${PROJECT_SOURCE_DIR}/scripts/packaging)
set(made ${PROJECT_BINARY_DIR}/package_files)

add_custom_target(package_files
  COMMAND ${CMAKE_COMMAND} -E make_directory ${made}
  COMMAND $<TARGET_FILE:memstore> man > ${made}/memstore.1
  COMMAND $<TARGET_FILE:memstore> completion bash > ${made}/memstore
  COMMAND ${packaging}/changelog ${PROJECT_VERSION}-1 > ${made}/changelog.Debian
  COMMAND gzip -9nf ${made}/memstore.1 ${made}/changelog.Debian
  VERBATIM)
add_dependencies(package_files memstore)

install(TARGETS memstore RUNTIME DESTINATION bin)
install(FILES ${packaging}/memstore.service DESTINATION lib/systemd/system)
install(FILES ${packaging}/memstore.yaml DESTINATION /etc/memstore)
install(FILES ${made}/memstore.1.gz DESTINATION share/man/man1)
install(FILES ${made}/memstore DESTINATION share/bash-completion/completions)
install(FILES ${packaging}/copyright ${made}/changelog.Debian.gz DESTINATION share/doc/memstore)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME memstore)
set(CPACK_PACKAGE_CONTACT "memstore maintainers <maintainers@users.noreply.r-seed-c699aceb.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "sharded, transactional in-memory store over HTTP")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"One binary that is a server and its client. Every request is one transaction
over any keys, strictly serializable; keys are shared by nodes whose number
changes while it serves. What was acknowledged outlives the process and a power
cut, with a journal on disk.
.
The service listens at 127.0.0.1, port 8080, and asks for a token: that of root
is in /etc/memstore/admin.token.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR OFF)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, init-system-helpers (>= 1.54~)")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${packaging}/conffiles ${packaging}/postinst ${packaging}/prerm ${packaging}/postrm)
include(CPack)
