// Is a flag file there now? Also where another machine makes and removes it: network file systems believe for up to a minute what they
// knew before. The bridge asks in the same ways, see bridge/server/libyt/fresh-file.ts.
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace allranks {

inline bool flag_file_exists(const std::string& path) {
  // What is known to be there is asked for at the server by `open`, not by `stat`. One that cannot be read is there all the same.
  const auto opens = [&path] {
    const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file >= 0) ::close(file);
    return file >= 0 || (errno != ENOENT && errno != ENOTDIR && errno != ESTALE);
  };
  if (opens()) return true;
  const std::size_t slash = path.find_last_of('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  struct statfs system {};
  if (statfs(folder.c_str(), &system) != 0) return false;
  switch (static_cast<unsigned>(system.f_type)) {
    case 0x6969: {  // NFS looks whether a folder has changed when it is opened, and forgets what it believed to be absent when it has.
      const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (opened >= 0) ::close(opened);
      return opens();
    }
    case 0x65735546:  // FUSE, CIFS, SMB 2 and 3 look anew before they make a name. A folder can have no second link, so nothing is made.
    case 0xff534d42:
    case 0xfe534d42: return ::link(folder.c_str(), path.c_str()) != 0 && errno == EEXIST && opens();
    default: return false;
  }
}

}  // namespace allranks
