using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Tachyon.Grains.Activity;
using Tachyon.Grains.Blacklist;
using Tachyon.Grains.Channels;
using Tachyon.Grains.Feed;
using Tachyon.Grains.Providers;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Settlement;
using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Hosting;

/// <summary>Registers the grains on a silo.</summary>
public static class GrainsHostingExtensions
{
    /// <summary>
    /// Adds what the grains need and what keeps them running. The host adds besides: a grain storage named
    /// <see cref="GrainsOptions.StorageName"/>, a reminder service, the settlement chain, and the operator's account
    /// (<see cref="Chain.ISettlementChain"/>, <see cref="Chain.IAccountSigner"/>); a proxy also the account's key for the
    /// protocol's messages (<see cref="Protocol.Signing.INodeSigner"/>).
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    public static ISiloBuilder AddTachyonGrains(this ISiloBuilder builder, Action<GrainsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services =>
        {
            services.AddOptions<GrainsOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GrainsOptions>, GrainsOptionsValidator>());
            services.AddSingleton<IConfigurationValidator, HostPartsValidator>();
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<GrainClock>();
            services.TryAddSingleton(_ => new SignatureVerifier());
            services.AddSingleton<ClaimWorth>();
            services.AddSingleton<ChannelTally>();
            services.AddSingleton<OperatorBlacklist>();
            services.AddSingleton<ProxyAccount>();
            services.AddSingleton(provider => new RouteBroker(
                provider.GetRequiredService<IGrainFactory>(),
                provider.GetRequiredService<Chain.ISettlementChain>(),
                provider.GetRequiredService<ProxyAccount>(),
                provider.GetRequiredService<OperatorBlacklist>(),
                provider.GetRequiredService<IOptions<GrainsOptions>>().Value,
                provider.GetRequiredService<GrainClock>()));
            services.AddSingleton(provider => new FeedWaker(
                provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<Chain.ISettlementChain>(), provider.GetRequiredService<GrainClock>()));
            services.AddSingleton<IChannelList>(provider =>
                new ChannelList(provider.GetRequiredKeyedService<IGrainRecordPages>(GrainsOptions.StorageName)));
            services.AddSingleton<IProviderList>(provider =>
                new ProviderList(provider.GetRequiredKeyedService<IGrainRecordPages>(GrainsOptions.StorageName)));
            services.AddSingleton<IConfigureOptions<GrainCollectionOptions>, ChannelCollection>();
            services.AddHostedService<GrainKeeper>();
        });
    }
}
