namespace Tachyon.SiloLoad;

/// <summary>
/// The nodes and channels of the load, the same in every run: one consumer with all channels, and as many providers as
/// the cap of five channels each asks for.
/// </summary>
internal sealed class Fleet
{
    /// <summary>Cheap enough that the consumer's tokens last for any number of channels.</summary>
    private static readonly TokenAmount PricePerMB = new(1_000_000_000);

    public Fleet(LoadOptions options, Eip712Domain domain, ReadOnlyMemory<byte> consumerKey)
    {
        Domain = domain;
        ConsumerKey = consumerKey;
        using var consumer = new KeySigner(consumerKey.Span);
        Consumer = consumer.Address;
        var capacityBytes = (ulong)options.StepsPerChannel * UnitBook.StepBytes;
        var providers = (options.Channels + LoadOptions.ChannelsPerProvider - 1) / LoadOptions.ChannelsPerProvider;
        Providers = [.. Enumerable.Range(0, providers).Select(i => new KeySigner(Keccak256.HashText($"load provider {i}").ToArray()))];
        Terms =
        [
            .. Enumerable.Range(0, options.Channels).Select(i => new Terms(
                Consumer, ProviderOf(i).Address, capacityBytes, PricePerMB, 10_000, ChannelKind.Direct, Keccak256.HashText($"load channel {i}"))),
        ];
        Ids = [.. Terms.Select(terms => terms.ChannelId(domain))];
    }

    public Eip712Domain Domain { get; }

    public Address Consumer { get; }

    public ReadOnlyMemory<byte> ConsumerKey { get; }

    public KeySigner[] Providers { get; }

    public Terms[] Terms { get; }

    public ChannelId[] Ids { get; }

    public KeySigner ProviderOf(int channel) => Providers[channel / LoadOptions.ChannelsPerProvider];

    /// <summary>The channels of one provider.</summary>
    public IEnumerable<int> ChannelsOf(int provider) =>
        Enumerable.Range(provider * LoadOptions.ChannelsPerProvider, LoadOptions.ChannelsPerProvider).Where(channel => channel < Terms.Length);
}
