using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.StandIn.Tests;

public sealed class SerializerTests
{
    private readonly IServiceProvider _services = new HostBuilder().UseOrleans(silo => silo.UseLocalhostClustering()).Build().Services;

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    [Fact]
    public void RoundTrip_OfNestedValues_KeepsThem()
    {
        Parcel value = new("x", [1, -2, int.MaxValue], new Parcel("y", []));
        Parcel back = Serializer.Deserialize<Parcel>(Serializer.SerializeToArray(value));
        Assert.Equal(value.Numbers, back.Numbers);
        Assert.Equal("y", back.Next!.Name);
        Assert.Null(back.Next.Next);
    }

    [Fact]
    public void RoundTrip_ThroughEveryShapeOfBuffer_IsTheSame()
    {
        ArrayBufferWriter<byte> writer = new();
        Serializer<long> serializer = _services.GetRequiredService<Serializer<long>>();
        serializer.Serialize(-5, writer);
        using MemoryStream stream = new(writer.WrittenMemory.ToArray());
        Assert.Equal(-5, serializer.Deserialize(writer.WrittenSpan));
        Assert.Equal(-5, serializer.Deserialize(writer.WrittenMemory));
        Assert.Equal(-5, serializer.Deserialize(new ReadOnlySequence<byte>(writer.WrittenMemory)));
        Assert.Equal(-5, serializer.Deserialize(stream));
    }

    [Fact]
    public void RoundTrip_OfCollections_KeepsOrderAndKind()
    {
        Assert.Equal([1, 2, 3], Serializer.Deserialize<ImmutableArray<int>>(Serializer.SerializeToArray(ImmutableArray.Create(1, 2, 3))).AsEnumerable());
        Same(ImmutableDictionary<string, int>.Empty.Add("a", 1));
        Same(new Stack<int>([1, 2, 3]));
        Same(new Queue<string?>(["a", null]));
        Same(new SortedDictionary<int, string> { [2] = "b", [1] = "a" });
        Same(new HashSet<Guid> { Guid.NewGuid() });
        Same(new[] { new byte[] { 1 }, [] });
        Same(BigInteger.Pow(-7, 99));
        Same<int?>(null);
        Same(DateTime.UtcNow);
        Same(GrainId.Create("type", "key"));
    }

    [Fact]
    public void Decode_UnknownMember_IsPassedOver()
    {
        byte[] newer = Serializer.SerializeToArray(new VersionTwo { Kept = 7, Added = "later", List = [1] });
        // Both versions encode their declared type alike, so one reads the other.
        VersionOne old = Serializer.Deserialize<VersionOne>(newer);
        Assert.Equal(7, old.Kept);
        Assert.Null(Serializer.Deserialize<VersionTwo>(Serializer.SerializeToArray(old)).Added);
    }

    [Fact]
    public void Decode_DamagedBytes_ThrowsATypedErrorAndNothingElse()
    {
        byte[] good = Serializer.SerializeToArray(new Parcel("name", [1, 2, 3], new Parcel("inner", [4])));
        for (int length = 0; length < good.Length; length++)
        {
            Exception thrown = Assert.ThrowsAny<Exception>(() => Serializer.Deserialize<Parcel>(good.AsSpan(0, length)));
            Assert.True(thrown is SerializerException or InvalidOperationException, thrown.ToString());
        }
    }

    [Fact]
    public void Encode_ValueThatContainsItself_IsRefused()
    {
        Knot knot = new();
        knot.Self = knot;
        Assert.Throws<SerializerException>(() => Serializer.SerializeToArray(knot));
    }

    [Fact]
    public void Copy_IsDeepUnlessImmutable()
    {
        DeepCopier copier = _services.GetRequiredService<DeepCopier>();
        Parcel parcel = new("x", [1]);
        Label label = new("l");
        Assert.NotSame(parcel.Numbers, copier.Copy(parcel).Numbers);
        Assert.Same(label, copier.Copy(label));
    }

    [Fact]
    public void Encode_ComparerThatWouldBeLost_IsRefused() =>
        Assert.Throws<SerializerException>(() => Serializer.SerializeToArray(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 }));

    private void Same<T>(T value) => Assert.Equal(value, Serializer.Deserialize<T>(Serializer.SerializeToArray(value)));

    [GenerateSerializer, Alias("VersionOne")]
    internal sealed class VersionOne
    {
        [Id(0)]
        public int Kept { get; set; }
    }

    [GenerateSerializer, Alias("VersionTwo")]
    internal sealed class VersionTwo
    {
        [Id(0)]
        public int Kept { get; set; }

        [Id(1)]
        public string? Added { get; set; }

        [Id(2)]
        public List<int>? List { get; set; }
    }

    [GenerateSerializer, Alias("Knot")]
    internal sealed class Knot
    {
        [Id(0)]
        public Knot? Self { get; set; }
    }
}
