using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tun;

namespace Tachyon.EdgeTunnel.Tests.Tun;

/// <summary>While the tunnel is down nothing leaves in the clear, also when the process that had it was killed.</summary>
public sealed class KillSwitchTests : IDisposable
{
    private const int Port = 5_353;
    private const string Device = "tachyon0";
    private const string Neighbour = "10.99.0.1";
    private const string Passing = "11.0.0.7";
    private const string Far = "11.22.33.44";
    private const string FarV6 = "2606:4700::1111";

    private readonly NetworkNamespace _machine = new("m");
    private readonly NetworkNamespace _outside = new("o");
    private readonly Socket _listener;

    public KillSwitchTests()
    {
        _machine.Ip.Run([$"link add up0 type veth peer name down0 netns {_outside.Name}"]);
        _outside.Ip.Run(
        [
            "link set dev down0 up", $"addr add {Neighbour}/24 dev down0", $"addr add {Far}/32 dev lo", $"addr add {Passing}/32 dev lo",
            "-6 addr add fd99::1/64 dev down0 nodad", $"-6 addr add {FarV6}/128 dev lo nodad",
        ]);
        _machine.Ip.Run(
        [
            "link set dev up0 up", "addr add 10.99.0.2/24 dev up0", $"route add default via {Neighbour}",
            "-6 addr add fd99::2/64 dev up0 nodad", "-6 route add default via fd99::1",
        ]);
        _listener = _outside.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true, ReceiveTimeout = 60_000 };
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, Port));
            return socket;
        });
    }

    public void Dispose()
    {
        _listener.Dispose();
        _machine.Dispose();
        _outside.Dispose();
    }

    [Fact]
    public void Traffic_TunnelDownKilledAndStopped_LeavesInTheClearOnlyOnceItIsStopped()
    {
        AssertArrives(Far, FarV6, Neighbour);

        var routes = new ConsumerRoutes(_machine.Ip, Device);
        var device = _machine.Run(() => TunDevice.Open(Device));
        routes.Close(1_420, [IPAddress.Parse(Passing)]);
        AssertKeptIn();

        // As after kill -9: the device is gone with its process, and nobody has cleared anything.
        device.Dispose();
        AssertKeptIn();

        // The next start takes over what it finds.
        var again = _machine.Run(() => TunDevice.Open(Device));
        routes = new ConsumerRoutes(_machine.Ip, Device);
        routes.Close(1_420, [IPAddress.Parse(Passing)]);
        routes.Configure(new TunAddresses(IPAddress.Parse("10.73.0.2"), IPAddress.Parse("fd73::2")), 1_400);
        AssertKeptIn();

        again.Dispose();
        routes.Clear();
        AssertArrives(Far, FarV6, Neighbour, Passing);
    }

    // What must not leave is sent first: were it not kept in, it would arrive first.
    private void AssertKeptIn()
    {
        TrySend(Far);
        TrySend(FarV6);
        AssertArrives(Neighbour, Passing);
    }

    private void AssertArrives(params string[] addresses)
    {
        foreach (var address in addresses)
        {
            Assert.True(TrySend(address), address);
            var buffer = new byte[100];
            Assert.Equal(address, System.Text.Encoding.ASCII.GetString(buffer, 0, _listener.Receive(buffer)));
        }
    }

    private bool TrySend(string address) => _machine.Run(() =>
    {
        var target = IPAddress.Parse(address);
        using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            return socket.SendTo(System.Text.Encoding.ASCII.GetBytes(address), new IPEndPoint(target, Port)) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    });
}
