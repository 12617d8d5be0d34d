using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Tachyon.Chain;

namespace Tachyon.Grains.Hosting;

/// <summary>Checks at start-up that the host added all that the grains need, and names every part that is missing.</summary>
internal sealed class HostPartsValidator(IServiceProvider services) : IConfigurationValidator
{
    /// <inheritdoc />
    public void ValidateConfiguration()
    {
        List<string> missing = [.. Missing()];
        if (missing.Count > 0)
        {
            throw new OrleansConfigurationException($"The grains need what the silo does not have: {string.Join("; ", missing)}.");
        }
    }

    private IEnumerable<string> Missing()
    {
        // Asked for by registration, not by instance: making one here would open files before their time.
        var registered = services.GetRequiredService<IServiceProviderIsKeyedService>();
        if (!registered.IsKeyedService(typeof(IGrainStorage), GrainsOptions.StorageName))
        {
            yield return $"a grain storage named '{GrainsOptions.StorageName}' (AddSqliteGrainStorage)";
        }

        if (!registered.IsService(typeof(IReminderTable)))
        {
            yield return "a reminder service (UseSqliteReminders)";
        }

        if (!registered.IsService(typeof(ISettlementChain)))
        {
            yield return $"the settlement chain ({nameof(ISettlementChain)})";
        }

        if (!registered.IsService(typeof(IAccountSigner)))
        {
            yield return $"the operator's account ({nameof(IAccountSigner)})";
        }

        if (services.GetRequiredService<IOptions<GrainsOptions>>().Value.Proxy && !registered.IsService(typeof(INodeSigner)))
        {
            yield return $"the proxy's key ({nameof(INodeSigner)})";
        }
    }
}
