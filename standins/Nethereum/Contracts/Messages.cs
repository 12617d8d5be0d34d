using System.Numerics;

namespace Nethereum.Contracts.CQS
{
    /// <summary>What calls and deployments have in common.</summary>
    public abstract class ContractMessageBase
    {
        /// <summary>Wei sent along.</summary>
        public virtual BigInteger AmountToSend { get; set; }

        /// <summary>The gas limit; null leaves it to the node.</summary>
        public virtual BigInteger? Gas { get; set; }

        /// <summary>The caller; a handler fills it in when it is null, so a message is not for use twice.</summary>
        public virtual string FromAddress { get; set; }
    }
}

namespace Nethereum.Contracts
{
    /// <summary>Base of the classes that describe a function call with [Function] and [Parameter].</summary>
    public class FunctionMessage : CQS.ContractMessageBase;
}
