using System.Reflection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Storage;
using Tachyon.Grains.Tests.Storage;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Tests.Upgrades;

/// <summary>
/// Every record that the first version of a silo wrote is read by this one, value by value, whatever serializer the build is
/// made with. The bytes are kept: a change that no longer reads them would lose channels, nonces and blacklistings at the
/// first start of the new version.
/// </summary>
/// <remarks>
/// A new kind of record is added with <c>TACHYON_WRITE_RECORDS=1</c>; what the file holds already is never written anew,
/// since stores in the field hold it too.
/// </remarks>
public sealed class RecordFixturesTests : IAsyncLifetime
{
    private const int FirstVersion = 1;

    private readonly SortedDictionary<string, RecordFixture> _fixtures = RecordFixtures.Read(FirstVersion);
    private StorageCluster _cluster = null!;

    private VersionedGrainStorageSerializer Serializer => new(_cluster.Serializer);

    public async Task InitializeAsync()
    {
        _cluster = await StorageCluster.Start(silo => silo.AddMemoryGrainStorage(StorageCluster.Name));
        if (Environment.GetEnvironmentVariable("TACHYON_WRITE_RECORDS") == "1")
        {
            WriteMissing();
        }
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public void EveryRecordOfTheFirstVersion_IsReadValueByValue()
    {
        Assert.All(StoredTypes.All, type =>
        {
            string alias = StoredTypes.AliasOf(type);
            Assert.True(
                _fixtures.TryGetValue(alias, out RecordFixture? fixture) && fixture.OfThisBuild is not null,
                $"{RecordFixtures.PathOf(FirstVersion)} holds no record {alias}: run these tests with TACHYON_WRITE_RECORDS=1 and commit the file.");

            string[] read = RecordText.Of(Read(type, fixture.OfThisBuild!));

            Assert.Empty(fixture.Says.Except(read));
        });
    }

    [Fact]
    public void NoKindOfRecord_IsForgotten() =>
        Assert.Empty(_fixtures.Keys.Except(StoredTypes.All.Select(StoredTypes.AliasOf)));

    [Fact]
    public void LedgersWithinRecords_AreRead()
    {
        byte[] stored = ((ProxyRecord)Read(typeof(ProxyRecord), _fixtures["tachyon.ProxyRecord"].OfThisBuild!)).Lock;
        LockState ofLock = RouteStateCodec.DecodeLock(stored);
        Assert.True(ofLock.IsEnding);
        Assert.NotNull(ofLock.Chain.Own);
        Assert.NotNull(ofLock.Chain.Closure);
        Assert.Single(ofLock.Shares);
        Assert.Equal(stored, RouteStateCodec.Encode(ofLock));

        stored = ((PoolHead)Read(typeof(PoolHead), _fixtures["tachyon.PoolHead"].OfThisBuild!)).Chain;
        Assert.Equal(stored, RouteStateCodec.Encode(RouteStateCodec.DecodePool(stored)));
    }

    [Fact]
    public void ARecordOfAFormatToCome_IsRefusedByNumber_WhateverItsKind() => Assert.All(StoredTypes.All, type =>
    {
        byte[] record = Convert.FromHexString(_fixtures[StoredTypes.AliasOf(type)].OfThisBuild!);
        record[1]++;

        TargetInvocationException thrown = Assert.Throws<TargetInvocationException>(() => Read(type, Convert.ToHexString(record)));

        UnknownRecordFormatException refusal = Assert.IsType<UnknownRecordFormatException>(thrown.InnerException);
        Assert.Equal(VersionedGrainStorageSerializer.NewestFormat + 1, refusal.Actual);
        Assert.Contains(type.Name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", refusal.Message, StringComparison.Ordinal);
    });

    private void WriteMissing()
    {
        foreach (Type type in StoredTypes.All)
        {
            string alias = StoredTypes.AliasOf(type);
            object sample = RecordSample.Of(type);
            RecordFixture fixture = _fixtures.GetValueOrDefault(alias) ?? new RecordFixture(null, null, RecordText.Of(sample));
            if (fixture.OfThisBuild is null)
            {
                _fixtures[alias] = fixture.With(Convert.ToHexStringLower(Written(type, sample)));
            }
        }

        RecordFixtures.Write(FirstVersion, _fixtures);
    }

    private object Read(Type type, string hex) =>
        Call(nameof(IGrainStorageSerializer.Deserialize), type, new BinaryData(Convert.FromHexString(hex)))!;

    private byte[] Written(Type type, object record) => ((BinaryData)Call(nameof(IGrainStorageSerializer.Serialize), type, record)!).ToArray();

    private object? Call(string method, Type type, object argument) =>
        typeof(VersionedGrainStorageSerializer).GetMethod(method)!.MakeGenericMethod(type).Invoke(Serializer, [argument]);
}
