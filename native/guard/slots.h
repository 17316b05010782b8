// The imported slots of loaded modules: finds them in the dynamic section of each and replaces what they hold.
//
// A module's calls to functions of other libraries go through a table of addresses of its own (the global offset table).
// Replacing entries there changes the calls of that module and of nothing else. ELF on x86_64 and aarch64 Linux.
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "guard.h"

namespace allranks::guard {

class Slots {
 public:
  // `replacements`: symbol to the address that its slots shall hold. `proof`: a symbol and the address that a module of the
  // same MPI resolves it to. Libraries loaded by now belong to the program and are never touched, unless they are Python
  // extension modules.
  void begin(std::unordered_map<std::string, void*> replacements, std::string proof, void* proof_address);
  // Patches modules loaded since the last call.
  const Modules& scan();
  // Puts every slot of modules that are still loaded back.
  void restore();
  // Do all slots of `symbol` in that module hold its replacement, and is there one?
  bool holds(const std::string& module_path, const std::string& symbol) const;

 private:
  struct Object;
  static std::vector<Object> loaded();
  static std::vector<void**> slots_of(const Object& object, const std::unordered_map<std::string, void*>& symbols, std::vector<std::string>* names);
  bool same_mpi(const std::string& path) const;
  void patch(const Object& object);

  struct Saved {
    std::string path;
    std::uintptr_t base;
    void** slot;
    void* value;
  };
  std::unordered_map<std::string, void*> replacements_;
  std::string proof_;
  void* proof_address_ = nullptr;
  std::unordered_map<std::uintptr_t, std::string> seen_;
  std::vector<Saved> saved_;
  unsigned long long adds_ = 0;
  Modules modules_;
};

}  // namespace allranks::guard
