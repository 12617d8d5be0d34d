using System.Security.Cryptography;

namespace Tachyon.Demo;

/// <summary>A random password in a file that only its owner can read.</summary>
internal static class PasswordFile
{
    /// <summary>Makes <paramref name="directory"/> and writes a new password there.</summary>
    public static async Task<(string Path, string Password)> WriteAsync(string directory, CancellationToken stop)
    {
        Directory.CreateDirectory(directory);
        var password = RandomNumberGenerator.GetHexString(32);
        var path = Path.Combine(directory, "password");
        await File.WriteAllTextAsync(path, password + "\n", stop);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return (path, password);
    }
}
