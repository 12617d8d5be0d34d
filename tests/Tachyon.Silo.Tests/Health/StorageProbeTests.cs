using System.Globalization;
using Orleans.Storage;
using Tachyon.Silo.Health;

namespace Tachyon.Silo.Tests.Health;

public sealed class StorageProbeTests
{
    [Fact]
    public async Task Probe_WhoseAnswerWasLost_FindsTheStorageWorkingNextTime()
    {
        var storage = new AnswerLosingStorage();
        var probe = new StorageProbe(storage);
        await probe.WriteAsync(DateTimeOffset.UnixEpoch);

        storage.LosesAnswers = true;
        await Assert.ThrowsAsync<IOException>(() => probe.WriteAsync(DateTimeOffset.UnixEpoch));
        storage.LosesAnswers = false;

        // Not ready for good would be a silo that a load balancer never sends anyone again.
        await probe.WriteAsync(DateTimeOffset.UnixEpoch);
        await probe.ClearAsync();
        Assert.Equal(0, storage.Etag);
    }

    /// <summary>One record under an etag, whose server may write and die before it answers.</summary>
    private sealed class AnswerLosingStorage : IGrainStorage
    {
        private int _writes;

        /// <summary>0: no record.</summary>
        public int Etag { get; private set; }

        public bool LosesAnswers { get; set; }

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            grainState.ETag = Text();
            grainState.RecordExists = Etag > 0;
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ChangeAsync(grainState, ++_writes);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ChangeAsync(grainState, 0);

        private Task ChangeAsync<T>(IGrainState<T> grainState, int etag)
        {
            if (grainState.ETag != Text())
            {
                throw new InconsistentStateException($"Version conflict: stored {Text()}, given {grainState.ETag}.");
            }

            Etag = etag;
            if (LosesAnswers)
            {
                throw new IOException("The connection ended before an answer.");
            }

            grainState.ETag = Text();
            grainState.RecordExists = Etag > 0;
            return Task.CompletedTask;
        }

        private string? Text() => Etag == 0 ? null : Etag.ToString(CultureInfo.InvariantCulture);
    }
}
