# What memstore is built on, from Debian 12. Linked statically, so that the binary needs libc alone.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.81.0 EXACT CONFIG REQUIRED COMPONENTS json program_options unit_test_framework)

# Header-only: Debian has no static archive of either.
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)

find_path(YAML_CPP_INCLUDE_DIR yaml-cpp/yaml.h REQUIRED)
find_library(YAML_CPP_ARCHIVE libyaml-cpp.a REQUIRED)
add_library(memstore_yaml_cpp INTERFACE)
add_library(memstore::yaml_cpp ALIAS memstore_yaml_cpp)
target_include_directories(memstore_yaml_cpp SYSTEM INTERFACE ${YAML_CPP_INCLUDE_DIR})
target_link_libraries(memstore_yaml_cpp INTERFACE ${YAML_CPP_ARCHIVE})

find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)

find_file(CHART_JS chart.min.js PATHS /usr/share/javascript/chart.js NO_DEFAULT_PATH REQUIRED)

set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL 3.0 REQUIRED)

# The model of metrics is headers alone. Debian has the rest of the core as a shared library only: tests compare with it.
find_path(PROMETHEUS_CPP_INCLUDE_DIR prometheus/metric_family.h REQUIRED)
find_library(PROMETHEUS_CPP_CORE_LIBRARY prometheus-cpp-core REQUIRED)
add_library(memstore_prometheus_model INTERFACE)
add_library(memstore::prometheus_model ALIAS memstore_prometheus_model)
target_include_directories(memstore_prometheus_model SYSTEM INTERFACE ${PROMETHEUS_CPP_INCLUDE_DIR})
add_library(memstore_prometheus_core INTERFACE)
add_library(memstore::prometheus_core ALIAS memstore_prometheus_core)
target_link_libraries(memstore_prometheus_core INTERFACE memstore::prometheus_model ${PROMETHEUS_CPP_CORE_LIBRARY})
