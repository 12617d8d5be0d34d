using Tachyon.Demo;

namespace Tachyon.TunnelBench.Peers;

/// <summary>nginx on loopback with the files that are fetched.</summary>
internal sealed record FileServer(int Port)
{
    public const string Stream = "stream";
    public const string Many = "many";
    public const string Byte = "byte";

    public string Url => $"http://127.0.0.1:{Port}";

    public static async Task<FileServer> StartAsync(ProcessGroup processes, string directory, BenchOptions options, CancellationToken stop)
    {
        var port = FreePorts.Next();
        var root = Directory.CreateDirectory(Path.Combine(directory, "www")).FullName;
        foreach (var (name, bytes) in ((string, long)[])[(Stream, options.StreamMB * 1_000_000L), (Many, BenchOptions.ManyStreamMB * 1_000_000L), (Byte, 1)])
        {
            await WriteAsync(Path.Combine(root, name), bytes, stop);
        }

        var config = Path.Combine(directory, "nginx.conf");
        await File.WriteAllTextAsync(
            config,
            $$"""
            daemon off;
            user root;
            worker_processes 1;
            worker_rlimit_nofile 8192;
            pid {{directory}}/nginx.pid;
            error_log {{directory}}/error.log;
            events { worker_connections 4096; }
            http {
              access_log off;
              sendfile on;
              keepalive_timeout 600s;
              keepalive_requests 100000;
              client_body_temp_path {{directory}}/body;
              proxy_temp_path {{directory}}/proxy;
              fastcgi_temp_path {{directory}}/fastcgi;
              uwsgi_temp_path {{directory}}/uwsgi;
              scgi_temp_path {{directory}}/scgi;
              server { listen 127.0.0.1:{{port}} backlog=4096; root {{root}}; }
            }
            """,
            stop);
        processes.Start("nginx", Path.Combine(directory, "nginx.log"), "nginx", ["-c", config, "-e", Path.Combine(directory, "error.log")]);
        await Listening.WaitAsync(port, stop);
        return new FileServer(port);
    }

    private static async Task WriteAsync(string path, long bytes, CancellationToken stop)
    {
        var buffer = new byte[1 << 20];
        Random.Shared.NextBytes(buffer);
        await using var file = File.Create(path);
        for (var left = bytes; left > 0;)
        {
            var count = (int)Math.Min(left, buffer.Length);
            await file.WriteAsync(buffer.AsMemory(0, count), stop);
            left -= count;
        }
    }
}
