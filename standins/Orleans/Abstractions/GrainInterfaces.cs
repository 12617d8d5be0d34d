using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Anything that can be called through a reference.</summary>
    public interface IAddressable;

    public interface IGrainExtension : IAddressable;
}

namespace Orleans
{
    public interface IGrain : IAddressable;

    public interface IGrainWithStringKey : IGrain;

    public interface IGrainWithIntegerKey : IGrain;

    public interface IGrainWithGuidKey : IGrain;

    public interface IGrainWithIntegerCompoundKey : IGrain;

    public interface IGrainWithGuidCompoundKey : IGrain;

    /// <summary>An object outside of grains that grains call back.</summary>
    public interface IGrainObserver : IAddressable;

    public interface ISystemTarget : IAddressable;

    /// <summary>What every grain class implements, by deriving from <see cref="Grain"/> or by hand.</summary>
    public interface IGrainBase
    {
        IGrainContext GrainContext { get; }

        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }

    public interface IConfigurationValidator
    {
        void ValidateConfiguration();
    }
}
