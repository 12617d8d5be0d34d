using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.Benchmarks;

/// <summary>
/// A frame's way through two sessions over loopback, from the exit's socket to the client's: read, sealed, sent, received,
/// opened, written. It must allocate nothing; what is measured is all threads'.
/// </summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private const int FramesPerCall = 64;

    private static readonly RecordSecrets Secrets = new(
        Keccak256.HashText("one"),
        Keccak256.HashText("two"),
        ChannelId.FromBytes(Keccak256.HashText("channel").ToArray()),
        Keccak256.HashText("three"),
        Keccak256.HashText("four"),
        RecordCipher.Aes256Gcm);

    private readonly SinkEndpoint _sink = new();

    [GlobalSetup]
    public async Task SetupAsync()
    {
        var (a, b) = await SocketsAsync();
        var services = new SessionServices(new TunnelOptions(), TimeProvider.System);
        var consumer = new TunnelSession(
            new RecordTransport(new SocketLink(a), Secrets.Sealer(SessionRole.Consumer), Secrets.Opener(SessionRole.Provider), TimeProvider.System),
            SessionRole.Consumer, new OpenEngine(), null, services, NullLogger.Instance);
        var provider = new TunnelSession(
            new RecordTransport(new SocketLink(b), Secrets.Sealer(SessionRole.Provider), Secrets.Opener(SessionRole.Consumer), TimeProvider.System),
            SessionRole.Provider, new OpenEngine(), new EndlessExit(), services, NullLogger.Instance);
        consumer.Start();
        provider.Start();
        _ = TargetAddress.TryCreate("example.org", 80, out var target);
        var opening = await consumer.OpenAsync(target, CancellationToken.None);
        opening.Stream!.Attach(_sink);

        // Windows at their full size, pools and compilers warm.
        _sink.WaitFor(2_000);
    }

    [Benchmark(OperationsPerInvoke = FramesPerCall)]
    public void CarryAFrame() => _sink.WaitFor(FramesPerCall);

    private static async Task<(Socket A, Socket B)> SocketsAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        return (client, await listener.AcceptAsync());
    }

    /// <summary>Meters nothing: what metering costs, LedgerBenchmarks say.</summary>
    private sealed class OpenEngine : IUnitEngine
    {
        public void Start(IUnitEngineHost host)
        {
        }

        public int AdmitSend(int wantedBytes) => wantedBytes;

        public bool TryAdmitWhole(int bytes) => true;

        public bool TryCountReceived(int bytes) => true;

        public bool TryWriteDueUnit(Span<byte> section) => false;

        public void OnUnit(UnitSection section)
        {
        }

        public bool TryHandle(FrameKind kind, ReadOnlySpan<byte> payload) => true;

        public void Ending()
        {
        }

        public void Quiesce(bool toClose)
        {
        }

        public void Tick(TimeSpan roundTripTime)
        {
        }

        public void Stop()
        {
        }
    }

    private sealed class EndlessExit : IExitConnector
    {
        public ValueTask<ExitConnection> ConnectAsync(TargetAddress target, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new ExitConnection(OpenOutcome.Connected, new SourceEndpoint()));

        public ExitConnection OpenUdp() => ExitConnection.Failed(OpenOutcome.RefusedByPolicy);
    }

    /// <summary>Always has another full frame.</summary>
    private sealed class SourceEndpoint : IStreamEndpoint
    {
        public ValueTask WaitForDataAsync() => ValueTask.CompletedTask;

        public bool WaitBrieflyForRoom() => true;

        public int TryRead(Span<byte> buffer) => buffer.Length;

        public int TryWrite(ReadOnlySpan<byte> bytes) => bytes.Length;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => ValueTask.CompletedTask;

        public void ShutdownWrite()
        {
        }

        public void Close(bool inOrder)
        {
        }
    }

    /// <summary>Takes frames as they are waited for, and no faster.</summary>
    private sealed class SinkEndpoint : IStreamEndpoint
    {
        private readonly TaskCompletionSource _never = new();
        private readonly object _lock = new();
        private int _wanted;

        public void WaitFor(int frames)
        {
            lock (_lock)
            {
                _wanted += frames;
                Monitor.PulseAll(_lock);
                while (_wanted > 0)
                {
                    Monitor.Wait(_lock);
                }
            }
        }

        public ValueTask WaitForDataAsync() => new(_never.Task);

        public bool WaitBrieflyForRoom() => false;

        public int TryRead(Span<byte> buffer) => -1;

        public int TryWrite(ReadOnlySpan<byte> bytes)
        {
            lock (_lock)
            {
                while (_wanted == 0)
                {
                    Monitor.Wait(_lock);
                }

                _wanted--;
                Monitor.PulseAll(_lock);
                return bytes.Length;
            }
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => ValueTask.CompletedTask;

        public void ShutdownWrite()
        {
        }

        public void Close(bool inOrder)
        {
        }
    }
}
