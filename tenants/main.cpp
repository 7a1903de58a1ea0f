// kidevent: the command line of platform admins and operators.

#include "command_line.hpp"

int main(int argc, char** argv) { return kidevent::cli::run_command_line({argv + 1, argv + argc}); }
