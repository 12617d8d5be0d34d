using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Tachyon.EdgeTunnel.Tun;

namespace Tachyon.EdgeTunnel.Tests.Tun;

/// <summary>A network of its own on this machine: what is opened inside belongs to it, wherever it is used from.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const int NewNetwork = 0x40000000;

    public NetworkNamespace(string purpose)
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/dev/net/tun"))
        {
            throw new InvalidOperationException(
                "Tests of TUN mode need root, /dev/net/tun and iproute2: run them where these are, as the project's own runs do.");
        }

        Name = $"tachyon-{purpose}-{Guid.NewGuid():N}"[..24];
        new IpCommand().Run([$"netns add {Name}"]);
        Ip = new IpCommand("ip", "-n", Name);
        Ip.Run(["link set dev lo up"]);
    }

    public string Name { get; }

    public IpCommand Ip { get; }

    /// <summary>Runs on a thread inside.</summary>
    public T Run<T>(Func<T> action)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle($"/run/netns/{Name}");
                if (SetNamespace((int)file.DangerousGetHandle(), NewNetwork) != 0)
                {
                    throw new InvalidOperationException($"{Name} cannot be entered: {Marshal.GetLastPInvokeErrorMessage()}");
                }

                result = action();
            }
#pragma warning disable CA1031 // Handed to the caller's thread.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    public void Dispose() => new IpCommand().Try([$"netns del {Name}"]);

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int SetNamespace(int descriptor, int type);
}
