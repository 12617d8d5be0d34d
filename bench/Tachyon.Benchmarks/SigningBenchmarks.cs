using BenchmarkDotNet.Attributes;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Benchmarks;

/// <summary>Hashing, digests and signatures of one unit; the first three must allocate nothing.</summary>
[MemoryDiagnoser]
public class SigningBenchmarks
{
    private static readonly UsageUnit Unit = new(
        Fixture.Terms.ChannelId(Fixture.Domain), 7, 5_000_000, Fixture.Consumer.Address, Fixture.Provider.Address,
        1_800_000_000_000, Keccak256.HashText("counter unit"));

    private static readonly SignatureVerifier Verifier = new();
    private readonly byte[] _data = new byte[256];
    private readonly byte[] _hash = new byte[Keccak256.HashLength];
    private Signature _signature;

    [GlobalSetup]
    public void Setup()
    {
        _signature = Fixture.Consumer.Sign(Unit, Fixture.Domain);
        if (Verify() != SignatureFault.None)
        {
            throw new InvalidOperationException("The signature to measure with does not verify.");
        }
    }

    [Benchmark]
    public void Keccak256Of256Bytes() => Keccak256.Hash(_data, _hash);

    [Benchmark]
    public Bytes32 DigestOfAUnit() => TypedData.Digest(Unit, Fixture.Domain);

    [Benchmark]
    public Signature SignAUnit() => Fixture.Consumer.Sign(Unit, Fixture.Domain);

    [Benchmark]
    public SignatureFault Verify() => Verifier.Verify(Unit, Fixture.Domain, _signature, Fixture.Consumer.Address);
}
