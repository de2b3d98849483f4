# The JSON of requests and answers, apart from HTTP: it needs neither Asio nor Beast, and nor do its tests.
add_library(memstore_http_json STATIC
  answer_json.cpp argument_rules.cpp bulk_json.cpp bulk_line_reader.cpp event_text.cpp import_batch.cpp
  json_text.cpp line_cutter.cpp node_count_json.cpp refusal_json.cpp refusals.cpp text_arena.cpp
  transaction_json.cpp transaction_reader.cpp)
add_library(memstore::http_json ALIAS memstore_http_json)
target_sources(memstore_http_json PUBLIC
  FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/lib
  FILES
    answer_json.hpp argument_rules.hpp bulk_json.hpp bulk_line_reader.hpp event_text.hpp import_batch.hpp
    json_text.hpp line_cutter.hpp member_table.hpp node_count_json.hpp refusal_json.hpp refusals.hpp
    text_arena.hpp transaction_json.hpp transaction_reader.hpp)
target_link_libraries(memstore_http_json PUBLIC memstore::command memstore::service PRIVATE Boost::json)
memstore_verify_headers(memstore_http_json)
