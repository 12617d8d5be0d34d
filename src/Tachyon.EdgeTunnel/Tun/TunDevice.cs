using System.Runtime.InteropServices;
using System.Text;
using Tachyon.Protocol.Datagrams;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>
/// A TUN device of Linux that hands over and takes runs of TCP segments as one packet, with checksums left to whoever sends
/// them on. It goes with its owner, unless it was made beforehand (<c>ip tuntap add dev NAME mode tun vnet_hdr</c>).
/// </summary>
internal sealed unsafe class TunDevice : IPacketDevice, IDisposable
{
    private const string Path = "/dev/net/tun";
    private const int NameBytes = 16;
    private const nuint SetInterface = 0x400454CA;
    private const nuint SetOffload = 0x400454D0;
    private const nuint SetHeaderBytes = 0x400454D8;
    private const ushort Tun = 0x0001;
    private const ushort NoPacketInfo = 0x1000;
    private const ushort WithVirtioHeader = 0x4000;
    private const uint OffloadChecksum = 1;
    private const uint OffloadTcp4 = 2;
    private const uint OffloadTcp6 = 4;
    private const int MaxPieces = 64;

    private readonly int _descriptor;
    private long _writeFailures;

    private TunDevice(int descriptor, string name)
    {
        _descriptor = descriptor;
        Name = name;
    }

    /// <summary>The interface's name.</summary>
    public string Name { get; }

    /// <summary>Packets that the device did not take.</summary>
    public long WriteFailures => Interlocked.Read(ref _writeFailures);

    /// <summary>Makes a device, or takes over one that was made beforehand and is not in use.</summary>
    /// <param name="name">At most 15 ASCII characters.</param>
    /// <exception cref="TunException">The machine does not allow it; the message says what it takes.</exception>
    public static TunDevice Open(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var descriptor = LinuxNative.Open(Path, LinuxNative.ReadWrite | LinuxNative.NonBlocking | LinuxNative.CloseOnExec);
        if (descriptor < 0)
        {
            throw new TunException($"{Path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}. TUN mode needs the kernel's tun module and the right to use it.");
        }

        var request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        if (Encoding.ASCII.GetByteCount(name) >= NameBytes)
        {
            throw new ArgumentException($"An interface's name has at most {NameBytes - 1} characters: {name}", nameof(name));
        }

        Encoding.ASCII.GetBytes(name, new Span<byte>(request, NameBytes));
        *(ushort*)(request + NameBytes) = Tun | NoPacketInfo | WithVirtioHeader;
        var headerBytes = VirtioHeader.Bytes;
        if (LinuxNative.Control(descriptor, SetInterface, request) < 0
            || LinuxNative.Control(descriptor, SetHeaderBytes, &headerBytes) < 0
            || LinuxNative.Control(descriptor, SetOffload, (void*)(OffloadChecksum | OffloadTcp4 | OffloadTcp6)) < 0)
        {
            var reason = Marshal.GetLastPInvokeErrorMessage();
            _ = LinuxNative.Close(descriptor);
            throw new TunException($"The device {name} cannot be had: {reason}. It takes root (CAP_NET_ADMIN), or a device made beforehand for this user that nobody uses.");
        }

        return new TunDevice(descriptor, name);
    }

    /// <summary>Reads the next packet, if there is one.</summary>
    /// <param name="buffer">Receives the device's header and the packet behind it.</param>
    /// <returns>How many bytes; 0 when there is none now; less when the device is gone or down.</returns>
    public int TryRead(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = LinuxNative.Read(_descriptor, start, (nuint)buffer.Length);
                if (read >= 0)
                {
                    return (int)read;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case LinuxNative.Interrupted:
                        break;
                    case LinuxNative.WouldBlock:
                        return 0;
                    default:
                        return -1;
                }
            }
        }
    }

    /// <summary>Waits for a packet.</summary>
    public bool Wait(DescriptorWait wait) => wait.UntilReadable(_descriptor);

    /// <inheritdoc />
    public void Write(in PacketHeader header, ReadOnlySpan<LinuxNative.Vector> packet)
    {
        var own = stackalloc byte[VirtioHeader.Bytes];
        var vectors = stackalloc LinuxNative.Vector[1 + MaxPieces];
        vectors[0] = new LinuxNative.Vector { Start = own, Bytes = VirtioHeader.Bytes };
        packet.CopyTo(new Span<LinuxNative.Vector>(vectors + 1, MaxPieces));
        VirtioHeader.Write(new Span<byte>(own, VirtioHeader.Bytes), header, RunOf(header, packet[0]));
        if (LinuxNative.Write(_descriptor, vectors, 1 + packet.Length) < 0)
        {
            // Down, or a packet that the kernel finds wrong: packets get lost, that is no reason to stop.
            Interlocked.Increment(ref _writeFailures);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _ = LinuxNative.Close(_descriptor);

    // The first piece holds all headers.
    private static TcpRun? RunOf(in PacketHeader header, in LinuxNative.Vector first)
    {
        if (header.SegmentBytes == 0)
        {
            return null;
        }

        var headers = new ReadOnlySpan<byte>(first.Start, (int)first.Bytes);
        var tcpHeaderBytes = (headers[header.ChecksumStart + 12] >> 4) * 4;
        var ip = new IpPacket(headers[0] >> 4 == 6, IpPacket.Tcp, header.ChecksumStart, false, false);
        return new TcpRun(ip, header.ChecksumStart + tcpHeaderBytes, header.SegmentBytes, header.PacketBytes);
    }
}
