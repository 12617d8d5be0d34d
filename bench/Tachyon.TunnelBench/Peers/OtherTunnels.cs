using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tachyon.Demo;

namespace Tachyon.TunnelBench.Peers;

/// <summary>The tunnels that people use today, each set up as its manual says, with both ends on loopback.</summary>
internal static class OtherTunnels
{
    public static async Task<Contestant> MicrosocksAsync(ProcessGroup processes, string directory, FileServer server, CancellationToken stop)
    {
        var port = FreePorts.Next();
        var process = processes.Start("microsocks", Path.Combine(directory, "microsocks.log"), "microsocks", ["-i", "127.0.0.1", "-p", $"{port}"]);
        await Listening.WaitAsync(port, stop);
        return new Contestant(Contestant.Microsocks, server.Url, port, [process.Id]);
    }

    public static async Task<Contestant> ShadowsocksAsync(
        ProcessGroup processes, string directory, FileServer server, string name, string method, CancellationToken stop)
    {
        var (remote, local) = (FreePorts.Next(), FreePorts.Next());
        string[] shared = ["-s", "127.0.0.1", "-p", $"{remote}", "-k", "benchmark", "-m", method];
        var serverProcess = processes.Start($"{name} server", Path.Combine(directory, $"{name}-server.log"), "ss-server", shared);
        await Listening.WaitAsync(remote, stop);
        var localProcess = processes.Start(
            $"{name} local", Path.Combine(directory, $"{name}-local.log"), "ss-local", [.. shared, "-b", "127.0.0.1", "-l", $"{local}"]);
        await Listening.WaitAsync(local, stop);
        return new Contestant(name, server.Url, local, [serverProcess.Id, localProcess.Id]);
    }

    public static async Task<Contestant> StunnelAsync(ProcessGroup processes, string directory, FileServer server, CancellationToken stop)
    {
        var (remote, local) = (FreePorts.Next(), FreePorts.Next());
        var pem = Path.Combine(directory, "stunnel.pem");
        await File.WriteAllTextAsync(pem, CertificateWithKey(), stop);
        var exit = await StartAsync(
            "exit", $"[exit]\naccept = 127.0.0.1:{remote}\nconnect = 127.0.0.1:{server.Port}\ncert = {pem}\nsslVersion = TLSv1.3\n", remote);
        var entry = await StartAsync(
            "entry", $"[entry]\nclient = yes\naccept = 127.0.0.1:{local}\nconnect = 127.0.0.1:{remote}\nsslVersion = TLSv1.3\n", local);
        return new Contestant(Contestant.Stunnel, $"http://127.0.0.1:{local}", null, [exit, entry]);

        async Task<int> StartAsync(string end, string service, int port)
        {
            var config = Path.Combine(directory, $"stunnel-{end}.conf");
            await File.WriteAllTextAsync(config, $"foreground = yes\npid =\ndebug = 3\n{service}", stop);
            var process = processes.Start($"stunnel {end}", Path.Combine(directory, $"stunnel-{end}.log"), "stunnel4", [config]);
            await Listening.WaitAsync(port, stop);
            return process.Id;
        }
    }

    private static string CertificateWithKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=benchmark", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
