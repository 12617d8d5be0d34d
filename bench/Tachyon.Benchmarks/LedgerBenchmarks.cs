using BenchmarkDotNet.Attributes;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Signing;

namespace Tachyon.Benchmarks;

/// <summary>What metering costs: per payload (which must allocate nothing), and per MB with both signatures and both checks.</summary>
[MemoryDiagnoser]
public class LedgerBenchmarks
{
    private const ulong Now = 1_800_000_000_000;
    private const int PayloadBytes = 50_000;

    private readonly ConsumerLedger _consumer = new(Fixture.Terms, Fixture.Domain, Fixture.Consumer, new SignatureVerifier());
    private readonly ProviderLedger _provider = new(Fixture.Terms, Fixture.Domain, Fixture.Provider, new SignatureVerifier());

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < 20; i++)
        {
            UseOneMB();
        }
    }

    [Benchmark]
    public PayloadDecision CountAPayload()
    {
        // Nothing is added, so that a run of any length stays within the credit and the path is the same.
        PayloadDecision decision = _provider.TryForward(0, Now);
        _consumer.Count(0, Now);
        _ = _consumer.Poll(Now, 10, 0);
        return decision;
    }

    [Benchmark]
    public void UseOneMB()
    {
        for (int i = 0; i < 1_000_000 / PayloadBytes; i++)
        {
            if (_provider.TryForward(PayloadBytes, Now) != PayloadDecision.Forward)
            {
                throw new InvalidOperationException("The provider paused: the exchange of units is broken.");
            }

            _consumer.Count(PayloadBytes, Now);
            while (_consumer.Poll(Now, 10, 0).Unit is { } unit)
            {
                _ = _consumer.Receive(_provider.Receive(unit, Now).Answer!, Now);
            }
        }
    }
}
