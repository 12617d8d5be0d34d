using System.Runtime.Versioning;

// Unix domain sockets, file modes and SIGKILL: these tests are for the systems that nodes run on.
[assembly: SupportedOSPlatform("linux")]
[assembly: SupportedOSPlatform("macos")]
