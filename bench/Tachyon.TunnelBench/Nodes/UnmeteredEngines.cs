using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.TunnelBench.Nodes;

/// <summary>Lets everything pass: what a tunnel costs without counts, signatures and journal.</summary>
internal sealed class UnmeteredEngines : IUnitEngines
{
    public ValueTask<IUnitEngine> GetAsync(TunnelChannel channel, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IUnitEngine>(new Engine());

    private sealed class Engine : IUnitEngine
    {
        private IUnitEngineHost? _host;

        public void Start(IUnitEngineHost host) => _host = host;

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

        public void Quiesce(bool toClose) => _host!.Settled();

        public void Tick(TimeSpan roundTripTime)
        {
        }

        public void Stop()
        {
        }
    }
}
