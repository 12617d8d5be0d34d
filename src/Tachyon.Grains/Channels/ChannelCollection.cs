using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Tachyon.Grains.Channels;

/// <summary>Has idle channels leave memory after <see cref="GrainsOptions.ChannelIdleAge"/>: all that they know is stored.</summary>
internal sealed class ChannelCollection(IOptions<GrainsOptions> options) : IConfigureOptions<GrainCollectionOptions>
{
    /// <inheritdoc />
    public void Configure(GrainCollectionOptions collection) =>
        collection.ClassSpecificCollectionAge[typeof(ChannelGrain).FullName!] = options.Value.ChannelIdleAge;
}
