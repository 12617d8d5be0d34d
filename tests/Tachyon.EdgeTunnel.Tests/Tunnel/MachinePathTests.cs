using System.Net;
using System.Net.Sockets;
using System.Text;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>A path within the machine is not paced, whatever the system does elsewhere: that would cost a stream a sixth of its speed.</summary>
public sealed class MachinePathTests
{
    private const int TcpLevel = 6;
    private const int CongestionControl = 13;

    [Fact]
    public async Task Both_ends_of_a_stream_on_this_machine_send_without_pacing()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var dialled = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await dialled.ConnectAsync(listener.LocalEndPoint!);
        using var accepted = await listener.AcceptAsync();

        _ = new SocketLink(dialled);
        _ = new SocketEndpoint(accepted);

        Assert.Equal("reno", CongestionControlOf(dialled));
        Assert.Equal("reno", CongestionControlOf(accepted));
    }

    [Fact]
    public void A_peer_that_has_gone_already_is_no_fault()
    {
        using var unconnected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        MachinePath.Unpace(unconnected);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("127.0.0.1", "192.0.2.8", false)]
    [InlineData("2001:db8::1", "2001:db8::2", false)]
    public void A_path_that_leaves_the_machine_keeps_what_the_system_chose(string local, string remote, bool isWithin) =>
        Assert.Equal(isWithin, MachinePath.IsWithin(IPAddress.Parse(local), IPAddress.Parse(remote)));

    private static string CongestionControlOf(Socket socket)
    {
        var name = new byte[16];
        var length = socket.GetRawSocketOption(TcpLevel, CongestionControl, name);
        return Encoding.ASCII.GetString(name, 0, length).TrimEnd('\0');
    }
}
