using System.Security.Cryptography;

namespace Tachyon.Demo;

/// <summary>nginx on loopback, serving one file of random bytes.</summary>
internal static class WebServer
{
    public const string FileName = "payload.bin";

    /// <summary>Writes the file and its server's configuration.</summary>
    /// <returns>The path of the configuration and the SHA-256 of the file.</returns>
    public static async Task<(string ConfigPath, byte[] Sha256)> PrepareAsync(string directory, int port, long bytes, CancellationToken stop)
    {
        Directory.CreateDirectory(directory);
        var root = Directory.CreateDirectory(Path.Combine(directory, "www")).FullName;
        var sha256 = await WriteRandomFileAsync(Path.Combine(root, FileName), bytes, stop);

        var config = Path.Combine(directory, "nginx.conf");
        await File.WriteAllTextAsync(
            config,
            $$"""
            daemon off;
            user root;
            worker_processes 1;
            pid {{directory}}/nginx.pid;
            error_log {{directory}}/error.log;
            events { worker_connections 64; }
            http {
              access_log off;
              sendfile on;
              client_body_temp_path {{directory}}/body;
              proxy_temp_path {{directory}}/proxy;
              fastcgi_temp_path {{directory}}/fastcgi;
              uwsgi_temp_path {{directory}}/uwsgi;
              scgi_temp_path {{directory}}/scgi;
              server { listen 127.0.0.1:{{port}}; root {{root}}; }
            }
            """,
            stop);
        return (config, sha256);
    }

    private static async Task<byte[]> WriteRandomFileAsync(string path, long bytes, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        await using var file = File.Create(path);
        for (var left = bytes; left > 0;)
        {
            var count = (int)Math.Min(left, buffer.Length);
            RandomNumberGenerator.Fill(buffer.AsSpan(0, count));
            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), stop);
            left -= count;
        }

        return hash.GetHashAndReset();
    }
}
