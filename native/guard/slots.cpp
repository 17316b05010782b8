#include "slots.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <unordered_set>

namespace allranks::guard {

namespace {

#if defined(__x86_64__)
constexpr bool is_import(std::uint32_t type) { return type == R_X86_64_GLOB_DAT || type == R_X86_64_JUMP_SLOT || type == R_X86_64_64; }
#elif defined(__aarch64__)
constexpr bool is_import(std::uint32_t type) { return type == R_AARCH64_GLOB_DAT || type == R_AARCH64_JUMP_SLOT || type == R_AARCH64_ABS64; }
#else
#error "the MPI guard knows x86_64 and aarch64"
#endif

std::string stem_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  return name.substr(0, name.find('.'));
}

// A handle of a loaded library that is given back at the end.
class Library {
 public:
  explicit Library(const std::string& path) : handle_(dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD)) {}
  ~Library() {
    if (handle_ != nullptr) dlclose(handle_);
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  void* find(const char* symbol) const { return handle_ == nullptr ? nullptr : dlsym(handle_, symbol); }

 private:
  void* handle_;
};

bool is_extension(const std::string& path) { return Library(path).find(("PyInit_" + stem_of(path)).c_str()) != nullptr; }

}  // namespace

struct Slots::Object {
  std::string path;
  std::uintptr_t base = 0;
  const ElfW(Dyn)* dynamic = nullptr;
  std::uintptr_t relro_begin = 0;
  std::uintptr_t relro_end = 0;

  std::vector<std::string> needed() const {
    std::vector<std::string> names;
    const char* strings = reinterpret_cast<const char*>(address(DT_STRTAB));
    for (const ElfW(Dyn)* entry = dynamic; strings != nullptr && entry->d_tag != DT_NULL; ++entry) {
      if (entry->d_tag == DT_NEEDED) names.emplace_back(strings + entry->d_un.d_val);
    }
    return names;
  }
  // The loader has turned the addresses in this section into absolute ones for most objects, not for all.
  std::uintptr_t address(ElfW(Sxword) tag) const {
    for (const ElfW(Dyn)* entry = dynamic; entry->d_tag != DT_NULL; ++entry) {
      if (entry->d_tag == tag) return entry->d_un.d_ptr < base ? base + entry->d_un.d_ptr : entry->d_un.d_ptr;
    }
    return 0;
  }
  std::size_t value(ElfW(Sxword) tag) const {
    for (const ElfW(Dyn)* entry = dynamic; entry->d_tag != DT_NULL; ++entry) {
      if (entry->d_tag == tag) return entry->d_un.d_val;
    }
    return 0;
  }
};

namespace {

// Writes slots, of which those behind the read-only mark of the loader need leave for a moment.
void write_slot(void** slot, void* value, std::uintptr_t relro_begin, std::uintptr_t relro_end) {
  const auto at = reinterpret_cast<std::uintptr_t>(slot);
  if (at < relro_begin || at >= relro_end) {
    __atomic_store_n(slot, value, __ATOMIC_RELEASE);
    return;
  }
  const std::uintptr_t page = at & ~(static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE)) - 1);
  const std::size_t length = at + sizeof(void*) - page;
  if (mprotect(reinterpret_cast<void*>(page), length, PROT_READ | PROT_WRITE) != 0) {
    throw std::runtime_error(std::string("the slots of an MPI module cannot be written: ") + std::strerror(errno));
  }
  __atomic_store_n(slot, value, __ATOMIC_RELEASE);
  // Left writable it would still work: only the protection against overwritten slots is weaker.
  mprotect(reinterpret_cast<void*>(page), length, PROT_READ);
}

}  // namespace

std::vector<Slots::Object> Slots::loaded() {
  std::vector<Object> objects;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* into) {
        Object object;
        object.path = info->dlpi_name == nullptr ? "" : info->dlpi_name;
        object.base = info->dlpi_addr;
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const ElfW(Phdr)& header = info->dlpi_phdr[i];
          if (header.p_type == PT_DYNAMIC) object.dynamic = reinterpret_cast<const ElfW(Dyn)*>(info->dlpi_addr + header.p_vaddr);
          if (header.p_type == PT_GNU_RELRO) {
            const std::uintptr_t mask = ~(static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE)) - 1);
            object.relro_begin = (info->dlpi_addr + header.p_vaddr) & mask;
            object.relro_end = (info->dlpi_addr + header.p_vaddr + header.p_memsz) & mask;
          }
        }
        // The program itself has no name; it is never touched.
        if (object.dynamic != nullptr && !object.path.empty()) static_cast<std::vector<Object>*>(into)->push_back(object);
        return 0;
      },
      &objects);
  return objects;
}

std::vector<void**> Slots::slots_of(const Object& object, const std::unordered_map<std::string, void*>& symbols, std::vector<std::string>* names) {
  std::vector<void**> slots;
  const auto* table = reinterpret_cast<const ElfW(Sym)*>(object.address(DT_SYMTAB));
  const auto* strings = reinterpret_cast<const char*>(object.address(DT_STRTAB));
  if (table == nullptr || strings == nullptr) return slots;
  const auto walk = [&](std::uintptr_t begin, std::size_t bytes) {
    const auto* relocation = reinterpret_cast<const ElfW(Rela)*>(begin);
    for (std::size_t i = 0; begin != 0 && i < bytes / sizeof(ElfW(Rela)); ++i) {
      const auto info = relocation[i].r_info;
      const auto symbol = ELF64_R_SYM(info);
      if (symbol == 0 || !is_import(static_cast<std::uint32_t>(ELF64_R_TYPE(info)))) continue;
      const char* name = strings + table[symbol].st_name;
      if (std::strncmp(name, "MPI_", 4) != 0 || symbols.count(name) == 0) continue;
      slots.push_back(reinterpret_cast<void**>(object.base + relocation[i].r_offset));
      if (names != nullptr) names->emplace_back(name);
    }
  };
  if (object.value(DT_PLTREL) == DT_RELA) walk(object.address(DT_JMPREL), object.value(DT_PLTRELSZ));
  walk(object.address(DT_RELA), object.value(DT_RELASZ));
  return slots;
}

void Slots::begin(std::unordered_map<std::string, void*> replacements, std::string proof, void* proof_address) {
  replacements_ = std::move(replacements);
  proof_ = std::move(proof);
  proof_address_ = proof_address;
  for (const Object& object : loaded()) {
    if (!is_extension(object.path)) seen_.emplace(object.base, object.path);
  }
}

bool Slots::same_mpi(const std::string& path) const {
  void* found = Library(path).find(proof_.c_str());
  return found == proof_address_;
}

void Slots::patch(const Object& object) {
  std::vector<std::string> names;
  const std::vector<void**> slots = slots_of(object, replacements_, &names);
  if (slots.empty()) return;
  if (!same_mpi(object.path)) {
    modules_.foreign.push_back(object.path);
    return;
  }
  for (std::size_t i = 0; i < slots.size(); ++i) {
    // A weak symbol that the MPI lacks stays empty: modules ask for it.
    void* present = __atomic_load_n(slots[i], __ATOMIC_ACQUIRE);
    void* wanted = replacements_.at(names[i]);
    if (present == nullptr || present == wanted) continue;
    write_slot(slots[i], wanted, object.relro_begin, object.relro_end);
    saved_.push_back({object.path, object.base, slots[i], present});
    ++modules_.slots;
  }
  modules_.patched.push_back(object.path);
}

const Modules& Slots::scan() {
  unsigned long long adds = 0;
  // The first object already tells how many were ever loaded.
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* into) {
        *static_cast<unsigned long long*>(into) = info->dlpi_adds;
        return 1;
      },
      &adds);
  if (adds == adds_) return modules_;
  adds_ = adds;
  const std::vector<Object> objects = loaded();
  // An unloaded object's place may be taken by another.
  std::unordered_map<std::uintptr_t, std::string> present;
  for (const Object& object : objects) present.emplace(object.base, object.path);
  for (auto known = seen_.begin(); known != seen_.end();) {
    const auto now = present.find(known->first);
    known = now == present.end() || now->second != known->second ? seen_.erase(known) : std::next(known);
  }
  std::vector<const Object*> fresh;
  for (const Object& object : objects) {
    if (seen_.count(object.base) == 0) fresh.push_back(&object);
  }
  // Extension modules, and libraries that came with them and that they need (HDF5 or PETSc of a wheel). Anything else that was
  // loaded meanwhile belongs to the program or to MPI.
  std::unordered_set<std::string> wanted;
  std::vector<const Object*> chosen;
  const auto choose = [&](const Object* object) {
    chosen.push_back(object);
    for (const std::string& name : object->needed()) wanted.insert(name);
  };
  for (const Object* object : fresh) {
    if (is_extension(object->path)) choose(object);
  }
  for (bool more = true; more;) {
    more = false;
    for (const Object* object : fresh) {
      const std::size_t slash = object->path.rfind('/');
      const std::string name = slash == std::string::npos ? object->path : object->path.substr(slash + 1);
      bool known = wanted.count(name) == 0;
      for (const Object* other : chosen) known = known || other == object;
      if (known) continue;
      choose(object);
      more = true;
    }
  }
  for (const Object* object : chosen) patch(*object);
  for (const Object* object : fresh) seen_.emplace(object->base, object->path);
  return modules_;
}

void Slots::restore() {
  for (const Object& object : loaded()) {
    for (const Saved& saved : saved_) {
      if (saved.base == object.base && saved.path == object.path) write_slot(saved.slot, saved.value, object.relro_begin, object.relro_end);
    }
  }
  saved_.clear();
  seen_.clear();
  replacements_.clear();
  modules_ = {};
  adds_ = 0;
}

bool Slots::holds(const std::string& module_path, const std::string& symbol) const {
  const auto wanted = replacements_.find(symbol);
  if (wanted == replacements_.end()) return false;
  for (const Object& object : loaded()) {
    if (object.path != module_path) continue;
    const std::vector<void**> slots = slots_of(object, {{symbol, nullptr}}, nullptr);
    for (void** slot : slots) {
      if (*slot != wanted->second) return false;
    }
    return !slots.empty();
  }
  return false;
}

}  // namespace allranks::guard
