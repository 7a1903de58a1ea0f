# Writes the hashes of passwords/known.txt as a C++ source, sorted as they are there.
# In: INPUT (the file), OUTPUT.
file(STRINGS ${INPUT} lines REGEX "^[0-9a-f]+$")
list(LENGTH lines count)
list(JOIN lines ",0x" numbers)
string(REGEX REPLACE "(,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,)" "\\1\n" numbers "${numbers}")
set(text "#include \"identity/known_passwords.hpp\"\n\nnamespace kidevent::identity {\n\n")
string(APPEND text "namespace {\nconstexpr std::uint64_t embedded[${count}] = {\n0x${numbers}};\n}\n\n")
string(APPEND text "std::span<const std::uint64_t> known_password_hashes() noexcept { return embedded; }\n\n}\n")
file(WRITE ${OUTPUT} "${text}")
