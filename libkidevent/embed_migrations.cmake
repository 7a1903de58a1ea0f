# Writes the files of sql/migrations as a C++ source: the library carries its schema with it.
# In: SOURCE_DIR (of the migrations), OUTPUT.
file(GLOB files ${SOURCE_DIR}/*.sql)
list(SORT files)
set(text "#include \"db/migration_runner.hpp\"\n\nnamespace kidevent::db {\n\nnamespace {\nconstexpr migration embedded[] = {\n")
foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    string(REGEX MATCH "^[0-9]+" number ${name})
    string(REGEX REPLACE "^0+" "" number ${number})
    file(READ ${file} sql)
    string(APPEND text "{${number}, \"${name}\", R\"migration(${sql})migration\"},\n")
endforeach()
string(APPEND text "};\n}\n\nstd::span<const migration> all_migrations() { return embedded; }\n\n}\n")
file(WRITE ${OUTPUT} "${text}")
