using Tachyon.Protocol.Records;
using Tachyon.Protocol.Tests.Records;
using Tachyon.Testing.Fuzzing;

namespace Tachyon.Protocol.Tests.Fuzzing;

[Trait("Category", "Fuzz")]
public sealed class RecordFuzzTests
{
    [Fact]
    public Task Records_HoweverChanged_OpenOnlyWhenTheyAreGenuine()
    {
        byte[][] genuine;
        using (var sealer = RecordFixture.Sealer())
        {
            genuine = [sealer.Seal("first"u8), sealer.Seal(new byte[300]), sealer.Rekey(), sealer.Seal("under the next key"u8), sealer.End()];
        }

        return Fuzzer.RunAsync(genuine, (input, random) =>
        {
            using var opener = RecordFixture.Opener();
            var before = random.Next(genuine.Length);
            for (var i = 0; i < before; i++)
            {
                Assert.NotEqual(RecordOutcome.Forged, opener.Open(genuine[i]).Outcome);
            }

            var taken = opener.Open(input).Outcome is not (null or RecordOutcome.Forged);
            Assert.Equal(input.AsSpan().SequenceEqual(genuine[before]), taken);
        });
    }
}
